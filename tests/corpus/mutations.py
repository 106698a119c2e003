"""Small random damage to JSON: what strangers send, near to what clients send."""

import copy

STRANGE = (
    None,
    True,
    0,
    -1,
    10**20,
    1.5,
    "",
    "x",
    "\ud800",
    [],
    {},
    [None],
    [[]],
    {"": None},
    [{}],
    "user",
)


def mutations(value, count, random):
    """`count` copies of a JSON value, each with one to three places changed."""
    for _ in range(count):
        damaged = copy.deepcopy(value)
        for _ in range(random.randint(1, 3)):
            places = list(_places(damaged))
            if places:
                _damage(*random.choice(places), places, random)
        yield damaged


def _places(value):
    """(container, key) of everything inside. Of long lists the beginning: they took all hits."""
    if isinstance(value, dict):
        items = value.items()
    else:
        items = enumerate(value[:50] if isinstance(value, list) else [])
    for key, member in list(items):
        yield value, key
        if isinstance(member, (dict, list)):
            yield from _places(member)


def _damage(container, key, places, random):
    how = random.randrange(4)
    if how == 0:
        container[key] = copy.deepcopy(random.choice(STRANGE))
    elif how == 1:
        del container[key]
    elif how == 2:  # something that belongs elsewhere
        other, name = random.choice(places)
        container[key] = copy.deepcopy(other[name])
    elif isinstance(container, list):
        container.insert(key, copy.deepcopy(container[key]))
    else:
        other, name = random.choice(places)
        container[str(name)] = copy.deepcopy(container[key])
