package shinso.verify.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Times that were taken in turn, ours and those of a peer's variants, round by round. */
final class Comparison {
  private final Measuring.Precision precision;
  private final List<Double> ours = new ArrayList<>();
  private final Map<String, List<Double>> theirs = new LinkedHashMap<>();

  Comparison(Measuring.Precision precision) {
    this.precision = precision;
  }

  /**
   * What came out. A ratio above 1 says that ours is faster.
   *
   * @param ours our median of the rounds, in milliseconds
   * @param variant the peer's variant with the least median
   * @param theirs that median
   * @param ratio the median of the rounds' ratios theirs / ours
   * @param least the least of them
   * @param most the largest of them
   */
  record Outcome(
      double ours, String variant, double theirs, double ratio, double least, double most) {}

  /**
   * Adds a round. Of the peer's variants those count whose names say that they compute in our
   * precision.
   *
   * @throws IllegalArgumentException if there is none of them
   */
  void round(double our, List<Peer.Result> results) {
    List<Peer.Result> counting = results.stream().filter(r -> counts(r.system())).toList();
    if (counting.isEmpty()) {
      throw new IllegalArgumentException(
          "the peer has no time in %s, only %s"
              .formatted(precision, results.stream().map(Peer.Result::system).toList()));
    }
    counting.forEach(
        r -> theirs.computeIfAbsent(r.system(), s -> new ArrayList<>()).add(r.millis()));
    ours.add(our);
  }

  private boolean counts(String variant) {
    return variant.endsWith("bf16") == (precision == Measuring.Precision.BF16);
  }

  /**
   * Returns what came out.
   *
   * @throws IllegalStateException if no variant has a time in every round
   */
  Outcome outcome() {
    // A variant that failed in a round has no ratio there.
    String best =
        theirs.keySet().stream()
            .filter(v -> times(v).size() == ours.size())
            .min(Comparator.comparingDouble(v -> Timing.median(times(v))))
            .orElseThrow(() -> new IllegalStateException("no variant has a time in every round"));
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(times(best).get(i) / ours.get(i));
    }
    return new Outcome(
        Timing.median(ours),
        best,
        Timing.median(times(best)),
        Timing.median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow());
  }

  private List<Double> times(String variant) {
    return theirs.getOrDefault(variant, List.of());
  }
}
