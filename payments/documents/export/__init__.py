"""The whole ledger for an accountant's program: CSV, hledger's journal, beancount."""
