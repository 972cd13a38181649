package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.UserException;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.NearestNeighbours;
import shinso.train.judge.ParzenWindow;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.judge.Ranking;
import shinso.train.report.Section;
import shinso.zoo.harness.Run;

/** What models are judged by beside their likelihoods: their samples. */
final class Judging {
  private static final int SWEEPS = 10;
  private static final int SHOWN = 10;
  private static final int SIDE = 28;

  private Judging() {}

  /** Returns the first training examples: {@code [n, pixels]}. */
  static Tensor examples(Run run, int n) {
    return run.data().train().limit(n).whole().getFirst().flatten(1).evaluate();
  }

  /**
   * Returns the centres of clusters of training examples, by some sweeps of k-means that begin with
   * the first examples (Lloyd 1982): {@code [k, pixels]}.
   */
  static Tensor centres(Run run, int k) {
    Tensor x = examples(run, Math.min(run.data().train().size(), 10 * k)); // [n, pixels]
    Tensor centres = x.slice(0, 0, k);
    for (int i = 0; i < SWEEPS; i++) {
      Tensor score = x.matmul(centres.transpose()).mul(2).sub(centres.square().sum(1)); // [n, k]
      Tensor member = score.argmax(1).oneHot(k).cast(DType.F32); // [n, k]
      Tensor count = member.sum(0).unsqueeze(1); // [k, 1]
      Tensor mean = member.transpose().matmul(x).div(count.maximum(1));
      centres = Tensor.select(count.greater(0), mean, centres).evaluate();
    }
    return centres;
  }

  /** Measures windows around samples, of the width that the validation part likes best. */
  static Map<String, Estimate> parzen(Run run, Quantity quantity, Map<String, Tensor> samples) {
    Quantity density = quantity.under(Protocol.on(run.source().name()).density().estimate());
    Map<String, Estimate> all = new LinkedHashMap<>();
    samples.forEach((name, x) -> {
      Estimate value =
          run.score(
              density.of(name),
              () -> ParzenWindow.fit(x, run.data().validation()).mean(run.data().test()));
      all.put(name, value);
    });
    return all;
  }

  /** Measures how far binary draws are from their nearest training examples. */
  static Map<String, Estimate> distances(Run run, Quantity quantity, Map<String, Tensor> samples) {
    Map<String, Estimate> all = new LinkedHashMap<>();
    samples.forEach((name, x) -> {
      Rng rng = run.rng("drawn").split(name);
      Estimate value =
          run.score(
              quantity.of(name),
              () -> NearestNeighbours.of(x.bernoulli(rng).evaluate(), run.data().train()).mean());
      all.put(name, value);
    });
    return all;
  }

  /** Returns the table of all, in the order of likelihoods; then what has none. */
  static Section table(
      Ranking ranking,
      Quantity parzen,
      Map<String, Estimate> windows,
      Quantity distance,
      Map<String, Estimate> distances) {
    List<List<String>> rows = new ArrayList<>();
    List<String> without = new ArrayList<>(windows.keySet());
    for (Ranking.Entry e : ranking.entries()) {
      without.remove(e.model());
      String under = String.valueOf(e.quantity().protocol());
      rows.add(List.of(e.model(), e.quantity().text(e.value()), under));
    }
    without.forEach(name -> rows.add(List.of(name, "–", "no model")));
    List<List<String>> full = new ArrayList<>();
    int window = -1;
    double best = Double.NEGATIVE_INFINITY;
    for (List<String> row : rows) {
      Estimate w = Objects.requireNonNull(windows.get(row.getFirst()));
      Estimate d = Objects.requireNonNull(distances.get(row.getFirst()));
      if (w.value() > best) {
        best = w.value();
        window = full.size();
      }
      List<String> cells = new ArrayList<>(row);
      cells.add(parzen.text(w));
      cells.add(distance.text(d));
      full.add(cells);
    }
    List<String> heading =
        List.of("", "test log-likelihood", "measured on", parzen.name(), distance.name());
    return Section.grid(
        "Binary models under one protocol; don't choose by the Parzen window",
        heading,
        full,
        List.of(0, -1, window, -1));
  }

  /** Says why a density has no place among probabilities. */
  static void refuse(Run run, Ranking ranking, String name, Estimate density) {
    Protocol protocol = Protocol.on(run.source().name()).density().estimate();
    try {
      ranking.with(name, Quantity.TEST_LOG_LIKELIHOOD.under(protocol), density);
      throw new IllegalStateException("a density was ranked with probabilities");
    } catch (UserException e) {
      run.text("What isn't ranked", name + ": " + e.getMessage());
    }
  }

  /** Draws the first samples of each in a row. */
  static Figure sheet(Map<String, Tensor> samples) {
    Tensor all =
        Tensor.concat(0, samples.values().stream().map(x -> x.slice(0, 0, SHOWN)).toList());
    Tensor pictures = all.reshape(all.shape().dim(0), SIDE, SIDE, 1);
    return Figure.pictures("Samples", pictures)
        .columns(SHOWN)
        .caption("From above: " + String.join("; ", samples.keySet()));
  }
}
