"""How many letters two names differ by."""


def distance(left: str, right: str, limit: int) -> int:
    """Return the number of letters to add, drop, change or swap; above the limit, the limit + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, start=1):
            change = before[j - 1] + (letter != other)
            row.append(min(before[j] + 1, row[j - 1] + 1, change))
            if i > 1 and j > 1 and (letter, left[i - 2]) == (right[j - 2], other):
                row[j] = min(row[j], last[j - 2] + 1)
    return min(row[-1], limit + 1)
