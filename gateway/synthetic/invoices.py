"""x"""


def write(out, practices, as_of, seed):
    return {}
