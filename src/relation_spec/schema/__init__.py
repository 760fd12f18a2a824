"""Values against schemas: three engines over one contract, and the words of what they find.

``accept`` says yes cheaply, ``explain`` lists every finding, ``reference`` is the judge. Import the engine you need;
nothing is loaded before.
"""
