package shinso.train.loop;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows how training goes: on a terminal a line that is written over, with a bar, elsewhere a line
 * every few seconds; in both a line that stays for each evaluation.
 */
public final class Progress implements Callback {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;

  /** Weight of the past in shown losses and rates: the last 50 steps count most. */
  private static final double MEMORY = 0.98;

  private static final int SHORTEST_BAR = 6;
  private static final int LONGEST_BAR = 24;
  private static final String WIPE = "\r\u001b[K";

  private final Screen screen;
  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final Map<String, Double> smoothed = new LinkedHashMap<>();
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private Event.Started start = new Event.Started(0, 0, 1, Double.POSITIVE_INFINITY);
  private long startedAt;
  private long drawnAt;
  private long stepped;
  private long examples;
  private long examplesSinceLine;
  private boolean lineOpen;

  private Progress(Screen screen, LongSupplier nanoTime) {
    this.screen = screen;
    this.out = screen.out();
    this.nanoTime = nanoTime;
  }

  /** Returns a callback that shows progress on a screen. */
  public static Progress on(Screen screen) {
    return new Progress(screen, System::nanoTime);
  }

  static Progress on(Screen screen, LongSupplier nanoTime) {
    return new Progress(screen, nanoTime);
  }

  @Override
  public void on(Event event, Control control) {
    switch (event) {
      case Event.Started s -> {
        start = s;
        startedAt = nanoTime.getAsLong();
        drawnAt = startedAt;
      }
      case Event.Stepped s -> stepped(s);
      case Event.Recorded r -> recorded(r);
      case Event.Improved _, Event.Evaluated _, Event.Saved _, Event.Lost _ -> {}
      case Event.Noticed n -> line(n.text());
      case Event.Finished f -> line(f.outcome().reason());
    }
  }

  private void stepped(Event.Stepped s) {
    stepped++;
    examples += s.examples();
    examplesSinceLine += s.examples();
    s.metrics().forEach((name, v) -> sums.merge(name, v * s.examples(), Double::sum));
    s.metrics()
        .forEach((name, value) ->
            smoothed.merge(name, value, (old, v) -> MEMORY * old + (1 - MEMORY) * v));
    long now = nanoTime.getAsLong();
    // The very first step tells that it works, also where lines are rare.
    boolean due = now - drawnAt >= (screen.isTerminal() ? REDRAW_NANOS : LINE_NANOS);
    if (due || (stepped == 1 && screen.isTerminal())) {
      drawnAt = now;
      if (screen.isTerminal()) {
        out.print(WIPE + fitted(parts(s, now), (double) s.step() / start.steps()));
        out.flush();
        lineOpen = true;
      } else {
        line(String.join("  ", parts(s, now)));
      }
    }
  }

  private List<String> parts(Event.Stepped s, long now) {
    List<String> parts = new ArrayList<>();
    long epochs = Math.ceilDiv(start.steps(), start.batchesPerEpoch());
    if (epochs > 1) {
      parts.add("epoch " + (s.epoch() + 1) + "/" + epochs);
    }
    parts.add(
        screen.isTerminal()
            ? String.format(Locale.ROOT, "%d%%", 100 * s.step() / start.steps())
            : "step " + s.step() + "/" + start.steps());
    smoothed.forEach((name, value) -> parts.add(name + " " + number(value)));
    double seconds = (now - startedAt) / 1e9;
    parts.add(rate(examples / seconds) + "/s");
    double left = seconds / stepped * (start.steps() - s.step());
    parts.add(time(Math.min(left, start.maxSeconds() - seconds)) + " left");
    return parts;
  }

  /** Returns as many parts as fit, the last ones first to go but for the time left, and a bar. */
  private String fitted(List<String> parts, double done) {
    int width = Math.max(20, screen.width().getAsInt() - 1);
    while (parts.size() > 1 && String.join("  ", parts).length() > width) {
      parts.remove(parts.size() > 2 ? parts.size() - 2 : 1);
    }
    int room = width - String.join("  ", parts).length() - 2;
    if (room >= SHORTEST_BAR) {
      parts.addFirst(bar(done, Math.min(room, LONGEST_BAR)));
    }
    return String.join("  ", parts);
  }

  private String bar(double part, int length) {
    int done = (int) Math.round(length * Math.min(1, part));
    return screen.isUnicode() && screen.isColoured()
        ? "\u001b[36m" + "━".repeat(done) + "\u001b[90m" + "━".repeat(length - done) + "\u001b[0m"
        : "#".repeat(done) + ".".repeat(length - done);
  }

  private void recorded(Event.Recorded r) {
    Map<String, Map<String, Double>> sets = new LinkedHashMap<>();
    Map<String, Double> train = new LinkedHashMap<>();
    sets.put("train", train);
    r.numbers()
        .forEach((name, value) -> {
          int dot = name.indexOf('.');
          if (dot > 0 && !name.startsWith("train.")) {
            sets.computeIfAbsent(name.substring(0, dot), s -> new LinkedHashMap<>())
                .put(name.substring(dot + 1), value);
          }
        });
    if (sets.size() == 1) {
      return;
    }
    // A row has the means since the last row, this line those since the last line.
    sums.forEach((name, sum) -> train.put(name, sum / examplesSinceLine));
    sums.clear();
    examplesSinceLine = 0;
    List<String> parts = new ArrayList<>();
    sets.forEach((set, numbers) -> {
      List<String> texts = new ArrayList<>();
      numbers.forEach((name, value) -> texts.add(name + " " + number(value)));
      if (!texts.isEmpty()) {
        parts.add(set + ": " + String.join(", ", texts));
      }
    });
    String epoch =
        r.epoch() == Math.rint(r.epoch())
            ? Long.toString(Math.round(r.epoch()))
            : String.format(Locale.ROOT, "%.2f", r.epoch());
    line("epoch " + epoch + "  " + String.join("  ", parts));
  }

  private void line(String text) {
    if (lineOpen) {
      out.print(WIPE);
      lineOpen = false;
    }
    out.println(text);
    out.flush();
    drawnAt = nanoTime.getAsLong();
  }

  /** Returns a number with four digits that matter. */
  static String number(double x) {
    double size = Math.abs(x);
    if (x == 0 || (size >= 1e-3 && size < 1e5)) {
      int digits = x == 0 ? 0 : (int) Math.floor(Math.log10(size));
      return String.format(Locale.ROOT, "%." + Math.max(0, Math.min(4, 3 - digits)) + "f", x);
    }
    return Double.isFinite(x) ? String.format(Locale.ROOT, "%.2e", x) : Double.toString(x);
  }

  static String rate(double perSecond) {
    if (perSecond < 1000) {
      return number(perSecond);
    }
    return perSecond < 999_500
        ? String.format(Locale.ROOT, "%.3gk", perSecond / 1e3)
        : String.format(Locale.ROOT, "%.1fM", perSecond / 1e6);
  }

  static String time(double seconds) {
    long s = Math.max(0, Math.round(seconds));
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
