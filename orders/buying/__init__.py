"""What a buyer's desk is made of: what waits for them, what runs, what they may say afterwards, what they bought."""
