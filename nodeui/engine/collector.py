"""Imported first by the workers' fork server: switches the garbage collector off.

Libraries create a million objects when they are imported, which live forever. Searching them for
garbage takes a fifth of the time. `graph.fork_server`, imported last, exempts them from all later
searches, and each worker switches the collector on again.
"""

import gc

gc.disable()
