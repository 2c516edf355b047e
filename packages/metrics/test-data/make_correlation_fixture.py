"""Write scipy.json: SciPy's correlations of some lists of numbers. pip install scipy; python make_correlation_fixture.py"""

import json
import random
from pathlib import Path

import scipy
from scipy.stats import pearsonr, spearmanr

random.seed(1)


def case(name, x, y):
    return {"name": name, "x": x, "y": y, "pearson": pearsonr(x, y).statistic, "spearman": spearmanr(x, y).statistic}


def noise(count, digits=6):
    return [round(random.gauss(0, 1), digits) for _ in range(count)]


x = noise(40)
ties = [random.randrange(5) for _ in range(30)]
cases = [
    case("a line with noise", x, [round(2 * a + b, 6) for a, b in zip(x, noise(40))]),
    case("no relation", noise(25), noise(25)),
    case("a falling curve", [float(i) for i in range(12)], [round(100 / (1 + i), 6) for i in range(12)]),
    case("many equal numbers", ties, [round(-a + b, 1) for a, b in zip(ties, noise(30))]),
    case("two numbers", [1, 2], [5, 3]),
]
text = json.dumps({"scipy": scipy.__version__, "cases": cases}, indent=1)
(Path(__file__).parent / "scipy.json").write_text(text + "\n")
