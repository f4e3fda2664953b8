"""Finding a name although it is written otherwise. Identifiers decide; a name only suggests.

`normalise` takes a name apart, `keys` makes what the index holds, `weigh` says what differs and how much it matters,
`search` asks the database.
"""
