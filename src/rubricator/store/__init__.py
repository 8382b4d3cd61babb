"""The triple store: one writer process, snapshots of it, the client that speaks to it, and killable readers.

Come here with ``rubricator.store.client.connect`` to read and write, and with
``rubricator.store.readers.open_readers`` to answer queries of the public.
"""
