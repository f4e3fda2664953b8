"""Does a receiver keep to the contract of Jinan Credit's push? Run it: `python -m conformance --help`."""
