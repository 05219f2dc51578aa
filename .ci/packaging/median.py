"""How long a command takes, the median of many runs: median.py COMMAND..."""
import statistics
import subprocess
import sys
import time

times = []
for _ in range(100):
    start = time.perf_counter()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append((time.perf_counter() - start) * 1000)
print(f"{statistics.median(times):.1f} ms (at best {min(times):.1f}): {' '.join(sys.argv[1:])}")
