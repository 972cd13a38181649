package shinso.zoo.laboratory;

import java.util.Arrays;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.loop.SupervisedLearner;

/**
 * How gradient descent went.
 *
 * @param loss that before each step
 * @param seconds the time from the start to the end of each step; it is another one each time
 */
public record Course(double[] loss, double[] seconds) {
  /** Makes a step on a batch; returns the loss. */
  private interface Rule {
    double step(Tensor x, Tensor t);
  }

  /** Returns the course of a program on plain arrays, which begins with a network's parameters. */
  static Course plain(Network network, Batches batches, int steps, double rate) {
    PlainNetwork plain = PlainNetwork.copyOf(network);
    return of(
        batches,
        steps,
        (x, t) -> {
          float[][] rows = PlainNetwork.rows(x.toFloatArray(), x.shape().dim(0));
          return plain.step(rows, t.toIntArray(), rate);
        });
  }

  /** Returns the course of the framework, which changes the network; compiling is counted. */
  static Course framework(Network network, Batches batches, int steps, double rate) {
    SupervisedLearner learner =
        SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Sgd.of(rate));
    Program program = Program.compileRandom((x, t, rng) -> learner.train(List.of(x, t), rng));
    return of(batches, steps, (x, t) -> program.run(Rng.of(0), x, t).metric("loss").item());
  }

  private static Course of(Batches batches, int steps, Rule rule) {
    double[] loss = new double[steps];
    double[] seconds = new double[steps];
    long start = System.nanoTime();
    int step = 0;
    for (int e = 0; step < steps; e++) {
      try (Batches.Epoch epoch = batches.epoch(e)) {
        while (epoch.hasNext() && step < steps) {
          List<Tensor> batch = epoch.next();
          loss[step] = rule.step(batch.getFirst(), batch.getLast());
          seconds[step] = (System.nanoTime() - start) * 1e-9;
          step++;
        }
      }
    }
    return new Course(loss, seconds);
  }

  /** Returns the largest difference of two courses in their first steps. */
  static double distance(Course a, Course b, int steps) {
    double most = 0;
    for (int i = 0; i < Math.min(steps, a.loss.length); i++) {
      most = Math.max(most, Math.abs(a.loss[i] - b.loss[i]));
    }
    return most;
  }

  /** Returns the mean loss of the last steps. */
  double last(int steps) {
    int n = Math.min(steps, loss.length);
    return Arrays.stream(loss, loss.length - n, loss.length).average().orElseThrow();
  }
}
