"""What happens to the money and the accounts, whoever asks for it: the API, a page, the control API or the clock."""
