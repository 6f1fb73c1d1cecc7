package io.braid.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What requests one after the other on some connections came to.
 *
 * @param millis times of the answers, ascending
 * @param heads of the answers
 */
record Load(double perSecond, double[] millis, List<String> heads) {
  interface Turn {
    String run(RawClient client, long i) throws IOException;
  }

  /** Repeats something on each of so many connections, until so many seconds are over. */
  static Load repeat(int port, int connections, int seconds, Turn turn) throws Exception {
    var times = new ArrayList<double[]>();
    var heads = new ArrayList<String>();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    var next = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      Callable<double[]> work =
          () -> {
            var mine = new ArrayList<Double>();
            var myHeads = new ArrayList<String>();
            try (var client = new RawClient(port)) {
              while (System.nanoTime() < end) {
                long start = System.nanoTime();
                myHeads.add(turn.run(client, next.getAndIncrement()));
                mine.add((System.nanoTime() - start) / 1e6);
              }
            }
            synchronized (heads) {
              heads.addAll(myHeads);
            }
            return mine.stream().mapToDouble(Double::doubleValue).toArray();
          };
      var running = new ArrayList<Future<double[]>>();
      for (int c = 0; c < connections; c++) {
        running.add(threads.submit(work));
      }
      for (Future<double[]> each : running) {
        times.add(each.get());
      }
    }
    double[] all = times.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return new Load(all.length / (double) seconds, all, heads);
  }

  double percentile(double p) {
    return millis[(int) Math.min(millis.length - 1, p * millis.length)];
  }

  /** Mean of one part of Server-Timing, milliseconds. */
  double timing(String part) {
    Pattern pattern = Pattern.compile(part + ";dur=([\\d.]+)");
    return heads.stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .average()
        .orElse(Double.NaN);
  }
}
