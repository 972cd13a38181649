package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Momentum;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.judge.Quantity;
import shinso.train.loop.Outcome;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Every combination of three depths, widths and sizes of batches, each learned for a hundred passes
 * over the data: one map of accuracies for each size of batch, and one picture of learning for
 * depth, width and batch each, the other two being in the middle.
 *
 * <pre>
 * ./shinso run depth-width-batch --data mnist
 * </pre>
 */
public final class DepthWidthBatch implements Demo {
  private static final Quantity BEST = Quantity.share("best test accuracy", Quantity.Better.LARGER);
  private static final Quantity GAIN = Quantity.of("accuracy gained by width, mean", "%");

  /** One combination. */
  private record Cell(int depth, int width, int batch) {
    String stage() {
      return "depth-%d-width-%d-batch-%d".formatted(depth, width, batch);
    }
  }

  /** The values that are combined, three of each. */
  private record Values(List<Integer> depths, List<Integer> widths, List<Integer> batches) {
    static Values of(Budget budget) {
      return budget == Budget.SMOKE
          ? new Values(List.of(1, 2), List.of(8, 32), List.of(20, 100))
          : new Values(List.of(1, 2, 4), List.of(16, 64, 256), List.of(10, 50, 250));
    }

    Cell middle() {
      return new Cell(depths.get(1), widths.get(1), batches.get(1));
    }

    List<Cell> all() {
      List<Cell> cells = new ArrayList<>();
      for (int batch : batches) {
        for (int depth : depths) {
          widths.forEach(width -> cells.add(new Cell(depth, width, batch)));
        }
      }
      return cells;
    }
  }

  @Override
  public Card card() {
    return Card.of("depth-width-batch", "depth, width and size of batches over a hundred epochs")
        .rows("H26")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", 2016, sections 6.4, 8.1.3");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(500, 1_000, 10_000),
        TEST.row(500, 2_000, Setting.ALL),
        EPOCHS.row(8, 100, 100),
        RATE.row(0.05, 0.05, 0.05));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BEST, 0.4, 0.75, 0.85), Claim.atLeast(GAIN, 0, 0.01, 0.01));
  }

  @Override
  public void run(Run run) {
    Values values = Values.of(run.budget());
    Map<Cell, Double> accuracies = new LinkedHashMap<>();
    values.all().forEach(cell -> accuracies.put(cell, learn(run, cell)));
    run.score(BEST, () -> best(accuracies).getValue());
    run.score(
        GAIN,
        () ->
            mean(accuracies, values.widths().getLast())
                - mean(accuracies, values.widths().getFirst()));
    Cell middle = values.middle();
    run.show(
        "maps",
        () ->
            Figure.panels(
                "Test accuracy in percent",
                values.batches().stream().map(b -> map(values, b, accuracies)).toList(),
                3));
    curves(run, values, "depth", c -> new Cell(c.depth, middle.width, middle.batch).equals(c));
    curves(run, values, "width", c -> new Cell(middle.depth, c.width, middle.batch).equals(c));
    curves(run, values, "batch", c -> new Cell(middle.depth, middle.width, c.batch).equals(c));
  }

  private static double learn(Run run, Cell cell) {
    Dataset train = run.data().train();
    Network.Builder net = Network.of(28, 28, 1).flatten();
    for (int i = 0; i < cell.depth; i++) {
      net = net.dense(cell.width).relu();
    }
    Outcome outcome =
        run.train(
                cell.stage(),
                SupervisedLearner.of(
                        net.dense(10).build(run.rng(cell.stage())),
                        Losses::softmaxCrossEntropy,
                        Momentum.of(run.get(RATE), 0.9))
                    .clipNorm(1)
                    .metric("accuracy", Metrics::accuracy),
                run.batches(train, cell.batch))
            .evaluate("test", run.data().test())
            .go();
    return outcome.metrics().getOrDefault("test.accuracy", Double.NaN);
  }

  private static Map.Entry<Cell, Double> best(Map<Cell, Double> accuracies) {
    return accuracies.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
  }

  private static Figure map(Values values, int batch, Map<Cell, Double> accuracies) {
    double[][] rows = new double[values.depths().size()][values.widths().size()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        Cell cell = new Cell(values.depths().get(i), values.widths().get(j), batch);
        rows[i][j] = 100 * accuracies.getOrDefault(cell, Double.NaN);
      }
    }
    double best = 100 * best(accuracies).getValue();
    return Figure.heatMap("Batches of " + batch, rows)
        .axes("units in a layer", "hidden layers")
        .rows(values.depths().stream().map(String::valueOf).toList())
        .columns(values.widths().stream().map(String::valueOf).toList())
        .range(Math.max(0, best - 15), best);
  }

  private static double mean(Map<Cell, Double> accuracies, int width) {
    return accuracies.entrySet().stream()
        .filter(e -> e.getKey().width == width)
        .mapToDouble(Map.Entry::getValue)
        .average()
        .orElseThrow();
  }

  /** Shows how some combinations learn, over passes, as batches of other sizes have other steps. */
  private static void curves(Run run, Values values, String what, Predicate<Cell> which) {
    run.show(
        what,
        () -> {
          Lines chart = Figure.lines("Test loss, by " + what).axes("epoch", "loss, nats").logY();
          for (Cell cell : values.all().stream().filter(which).toList()) {
            double perEpoch = run.batches(run.data().train(), cell.batch).perEpoch();
            List<PointSeries.Point> points =
                run.curves("", "test.loss", cell.stage()).series().getFirst().points();
            chart =
                chart.series(
                    "%d × %d units, batches of %d".formatted(cell.depth, cell.width, cell.batch),
                    points.stream().mapToDouble(p -> p.x() / perEpoch).toArray(),
                    points.stream().mapToDouble(PointSeries.Point::y).toArray());
          }
          return chart;
        });
  }
}
