package shinso.train.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/** Small things to train. */
final class Toy {
  static final long SEED = 11;

  private Toy() {}

  /** Points in the plane; the class says on which side of a circle they lie. */
  static final class Points implements Dataset {
    private final int size;
    private final float[] xs;
    private final int[] labels;

    private Points(int size, float[] xs, int[] labels) {
      this.size = size;
      this.xs = xs;
      this.labels = labels;
    }

    static Points of(int size, long seed) {
      RandomGenerator random = Rng.of(seed).generator();
      float[] xs = new float[2 * size];
      int[] labels = new int[size];
      for (int i = 0; i < size; i++) {
        xs[2 * i] = random.nextFloat() * 2 - 1;
        xs[2 * i + 1] = random.nextFloat() * 2 - 1;
        labels[i] = Math.hypot(xs[2 * i], xs[2 * i + 1]) < 0.7 ? 1 : 0;
      }
      return new Points(size, xs, labels);
    }

    /** Returns this with another number in place of one; a point has two. */
    Points with(int index, double value) {
      float[] changed = xs.clone();
      changed[index] = (float) value;
      return new Points(size, changed, labels);
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public List<Field> fields() {
      return List.of(
          new Field("point", Shape.of(2), DType.F32), new Field("side", Shape.SCALAR, DType.I32));
    }

    @Override
    public List<Tensor> batch(int[] indices) {
      float[] x = new float[2 * indices.length];
      int[] t = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        x[2 * i] = xs[2 * indices[i]];
        x[2 * i + 1] = xs[2 * indices[i] + 1];
        t[i] = labels[indices[i]];
      }
      return List.of(Tensor.owning(x, Shape.of(indices.length, 2)), Tensor.of(t));
    }

    @Override
    public String description() {
      return "points";
    }
  }

  /** A network with everything that has to be resumed: dropout, moments, a schedule. */
  static SupervisedLearner learner() {
    return learner(Schedule.cosine(0.05, 0, 60));
  }

  static SupervisedLearner learner(Schedule rate) {
    Network network =
        Network.of(2).dense(8).tanh().dropout(0.2).dense(2).build(Rng.of(SEED).split("init"));
    return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Adam.of(rate))
        .metric("accuracy", Metrics::accuracy)
        .clipNorm(1);
  }

  /** 50 examples in batches of 8: seven steps an epoch, the last one of 2 examples. */
  static Trainer trainer(Learner learner) {
    return Trainer.of(learner, Batches.shuffled(Points.of(50, 1), 8, SEED))
        .seed(SEED)
        .evaluate("validation", Batches.inOrder(Points.of(20, 2), 8))
        .evaluateAtEnd("test", Batches.inOrder(Points.of(12, 3), 8));
  }

  static RunFolder run(Path root) {
    return RunFolder.create(
        root, RunInfo.starting("toy", "smoke", SEED, Map.of(), "points", List.of("run", "toy")));
  }

  /** Counts its steps; its validation loss after a step is the next number of a script. */
  static final class Scripted implements Learner {
    private final Param count = Param.of(Tensor.of(new int[] {0}));
    private final Tensor script;

    Scripted(double... losses) {
      float[] values = new float[losses.length];
      for (int i = 0; i < losses.length; i++) {
        values[i] = (float) losses[i];
      }
      script = Tensor.of(values);
    }

    int count() {
      return count.value().toIntArray()[0];
    }

    @Override
    public Map<String, Param> model() {
      return Map.of("count", count);
    }

    @Override
    public Map<String, Param> state() {
      return Map.of();
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor loss = batch.getFirst().sum().mul(0);
      return Step.of(List.of(new Update(count, count.value().add(1)))).metric("loss", loss);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor loss = script.gather(0, count.value()).sum();
      return Step.of(List.of()).metric("loss", loss.add(batch.getFirst().sum().mul(0)));
    }
  }

  /** Remembers what it hears. */
  static final class Recorder implements Callback {
    final List<Event> events = new ArrayList<>();

    @Override
    public void on(Event event, Control control) {
      events.add(event);
    }

    <E extends Event> List<E> all(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }
}
