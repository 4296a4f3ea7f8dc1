"""Parts of payouts that a seller keeps apart in their mind: a percentage, a name, a reminder. No money moves."""
