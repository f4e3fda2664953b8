"""What the machine does in a second, beside what it could do at best: `python -m bench`."""
