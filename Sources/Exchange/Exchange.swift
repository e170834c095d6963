/// Exchange.
