package shinso.train.loop;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the model that did best in an evaluation, and, given a patience, stops when that many
 * evaluations in a row were no better: early stopping. With the loop's distance between evaluations
 * as the period n and this patience p it is algorithm 7.1 of Goodfellow, Bengio and Courville,
 * "Deep learning" (2016).
 */
public final class BestModel implements Callback {
  private static final int FOREVER = Integer.MAX_VALUE;

  private final Goal goal;
  private final int patience;
  private double best = Double.NaN;
  private long bestStep;
  private int worse;

  private BestModel(Goal goal, int patience) {
    this.goal = goal;
    this.patience = patience;
  }

  /** Returns a callback that keeps the best model and never stops. */
  public static BestModel by(Goal goal) {
    return new BestModel(goal, FOREVER);
  }

  /**
   * Returns a callback that stops as well, after so many evaluations without a better model.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public BestModel patience(int evaluations) {
    if (evaluations < 1) {
      throw new IllegalArgumentException("the patience is at least 1, not " + evaluations);
    }
    return new BestModel(goal, evaluations);
  }

  @Override
  public void on(Event event, Control control) {
    switch (event) {
      case Event.Started _ -> stopIfHopeless(control);
      case Event.Evaluated e -> {
        for (Map.Entry<String, Double> m : e.metrics().entrySet()) {
          if (goal.metric().equals(e.set() + "." + m.getKey())) {
            judge(e.step(), m.getValue(), control);
          }
        }
      }
      case Event.Lost _ -> restore(Map.of());
      default -> {}
    }
  }

  private void judge(long step, double value, Control control) {
    if (goal.isBetter(value, best)) {
      best = value;
      bestStep = step;
      worse = 0;
      control.keep();
    } else {
      worse++;
      stopIfHopeless(control);
    }
  }

  private void stopIfHopeless(Control control) {
    if (worse >= patience) {
      String when = bestStep == 0 ? "" : " of step " + bestStep;
      control.stop(
          String.format(
              Locale.ROOT,
              "%s was no better than %s%s in %d evaluations",
              goal.metric(),
              (float) best,
              when,
              worse));
    }
  }

  @Override
  public Set<String> needs() {
    return Set.of(goal.metric());
  }

  @Override
  public String name() {
    return "best." + goal.metric();
  }

  @Override
  public Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("best", Double.toString(best));
    notes.put("step", Long.toString(bestStep));
    notes.put("worse", Integer.toString(worse));
    return notes;
  }

  @Override
  public void restore(Map<String, String> notes) {
    best = Double.parseDouble(notes.getOrDefault("best", "NaN"));
    bestStep = Long.parseLong(notes.getOrDefault("step", "0"));
    worse = Integer.parseInt(notes.getOrDefault("worse", "0"));
  }
}
