"""Papers: receipts, invoices made for sellers, statements of a month, and the books for an accountant's program."""
