"""Server-rendered pages: Checkout, onboarding and the dashboard. English only, for people who test."""
