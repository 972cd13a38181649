package shinso.train.report;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.RegressionReport;
import shinso.nn.model.Regressor;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Numbers;
import shinso.train.figure.Scatter;

/** What a regressor says about every example of a data set, and what is true. */
public final class Residuals {
  /** A picture has at most about so many points. */
  private static final int MOST_POINTS = 2_000;

  private final Dataset data;
  private final int outputs;
  private final List<float[]> predicted;
  private final List<float[]> truth;

  private Residuals(Dataset data, int outputs, List<float[]> predicted, List<float[]> truth) {
    this.data = data;
    this.outputs = outputs;
    this.predicted = predicted;
    this.truth = truth;
  }

  /**
   * Asks a regressor about a data set.
   *
   * @param regressor gives predictions for the first field
   * @param batches the data; its last field has the true numbers, as many as are predicted
   * @throws IllegalArgumentException if there are not as many
   */
  public static Residuals of(Regressor regressor, Batches batches) {
    Program program =
        Program.compile((Tensor x) -> Step.of(List.of()).output(regressor.predict(x)));
    List<float[]> predicted = new ArrayList<>();
    List<float[]> truth = new ArrayList<>();
    int outputs = 0;
    try (Batches.Epoch epoch = batches.epoch(0)) {
      while (epoch.hasNext()) {
        List<Tensor> batch = epoch.next();
        Tensor y = program.run(batch.getFirst()).output(0);
        Tensor t = batch.getLast();
        if (y.shape().size() != t.shape().size()) {
          throw new IllegalArgumentException(
              "residuals: predictions %s and true numbers %s are not as many"
                  .formatted(y.shape(), t.shape()));
        }
        outputs = t.shape().size() / t.shape().dim(0);
        predicted.add(y.toFloatArray());
        truth.add(t.toFloatArray());
      }
    }
    return new Residuals(batches.data(), outputs, predicted, truth);
  }

  /** Returns how many numbers are predicted for an example. */
  public int outputs() {
    return outputs;
  }

  /** Returns what a predicted number is called. */
  String name(int output) {
    String field = data.fields().getLast().name();
    return outputs == 1 ? field : field + "[" + output + "]";
  }

  /** Returns how far one of the predicted numbers is off; summed in double. */
  public RegressionReport report(int output) {
    double[] y = values(predicted, output);
    double[] t = values(truth, output);
    double absolute = 0;
    double squared = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      double e = y[i] - t[i];
      absolute += Math.abs(e);
      squared += e * e;
      sum += t[i];
      squares += t[i] * t[i];
    }
    return new RegressionReport(y.length, absolute, squared, sum, squares);
  }

  private double[] values(List<float[]> batches, int output) {
    int n = batches.stream().mapToInt(b -> b.length / outputs).sum();
    double[] all = new double[n];
    int at = 0;
    for (float[] batch : batches) {
      for (int i = output; i < batch.length; i += outputs) {
        all[at++] = batch[i];
      }
    }
    return all;
  }

  /** Returns the predictions of one of the numbers over the truth. */
  public Scatter figure(int output) {
    double[] y = values(predicted, output);
    double[] t = values(truth, output);
    int every = Math.max(1, Math.ceilDiv(t.length, MOST_POINTS));
    int n = Math.ceilDiv(t.length, every);
    double[] xs = new double[n];
    double[] ys = new double[n];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      xs[i] = t[i * every];
      ys[i] = y[i * every];
      low = Math.min(low, xs[i]);
      high = Math.max(high, xs[i]);
    }
    String shown = every == 1 ? "" : " One example of " + every + " is shown.";
    return Figure.scatter("Predictions of " + name(output))
        .axes("true " + name(output), "predicted")
        .points("examples", xs, ys)
        .path("right", new double[] {low, high}, new double[] {low, high})
        .caption("R² is " + Numbers.text(report(output).rSquared()) + "." + shown);
  }
}
