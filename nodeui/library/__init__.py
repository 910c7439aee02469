"""The library of model files: finds, describes and searches the models in people's folders.

    record.py       a model in the library
    places.py       folders of models, also those of other programs
    walking.py      the model files below folders
    sidecars.py     descriptions and preview pictures beside model files
    marks.py        the user's own stars and notes
    index.py        the SQLite index, which can be made again from the files
    searching.py    finds models by words, kind and family
    library.py      the library as its users see it

Files are described by the node packs (`nodeui.sdk.ModelFiles`); this package knows no file format.
Nothing is ever written to the folders of the user.
"""
