package shinso.verify.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Times the steps of DJL with its PyTorch engine, on the mlp and cnn workloads. */
public final class DjlSteps {
  private DjlSteps() {}

  /** Prints a JSON object for each workload; takes {@code --threads N --seconds S WORKLOAD…}. */
  public static void main(String[] args) {
    // The engine comes from the class path; nothing is to be fetched or told to anybody.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    PeerProgram.run("djl", args, DjlSteps::step, System.out);
  }

  private static DoubleSupplier step(Workload w, int threads) {
    if (w.kind() != Workload.Kind.MLP && w.kind() != Workload.Kind.CNN) {
      throw new UnsupportedOperationException("no " + w.kind() + " in this peer");
    }
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Engine engine = Engine.getEngine("PyTorch");
    List<SizedLayer> layers = SizedLayer.of(w);
    Model model = Model.newInstance("steps", Device.cpu(), engine.getEngineName());
    model.setBlock(network(layers));
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(optimizer(w))
            .optDevices(new Device[] {Device.cpu()});
    Trainer trainer = model.newTrainer(config);
    Shape shape = shape(layers.getFirst(), w.batch());
    trainer.initialize(shape);
    NDManager manager = model.getNDManager();
    NDArray x = manager.randomUniform(0, 1, shape);
    int classes = layers.getLast() instanceof SizedLayer.Dense d ? d.out() : 1;
    int[] drawn = new int[w.batch()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = i % classes;
    }
    NDArray labels = manager.create(drawn);
    return () -> {
      // What a step makes is freed at its end.
      try (NDManager step = manager.newSubManager()) {
        x.tempAttach(step);
        labels.tempAttach(step);
        NDArray loss;
        try (GradientCollector gradients = trainer.newGradientCollector()) {
          NDList out = trainer.forward(new NDList(x));
          loss = trainer.getLoss().evaluate(new NDList(labels), out);
          gradients.backward(loss);
        }
        trainer.step();
        return loss.getFloat();
      }
    };
  }

  private static Shape shape(SizedLayer first, int batch) {
    return switch (first) {
      case SizedLayer.Dense d -> new Shape(batch, d.in());
      case SizedLayer.Conv c -> new Shape(batch, c.channels(), c.height(), c.width());
      case SizedLayer.Pool p -> new Shape(batch, p.channels(), p.height(), p.width());
    };
  }

  private static Block network(List<SizedLayer> layers) {
    SequentialBlock net = new SequentialBlock();
    boolean flat = layers.getFirst() instanceof SizedLayer.Dense;
    for (SizedLayer layer : layers) {
      switch (layer) {
        case SizedLayer.Conv c -> {
          int padding = c.same() ? c.kernel() / 2 : 0;
          net.add(
              Conv2d.builder()
                  .setKernelShape(new Shape(c.kernel(), c.kernel()))
                  .setFilters(c.filters())
                  .optPadding(new Shape(padding, padding))
                  .build());
          net.add(Activation.reluBlock());
        }
        case SizedLayer.Pool p -> {
          Shape window = new Shape(p.size(), p.size());
          net.add(Pool.maxPool2dBlock(window, window));
        }
        case SizedLayer.Dense d -> {
          if (!flat) {
            net.add(Blocks.batchFlattenBlock());
            flat = true;
          }
          net.add(Linear.builder().setUnits(d.out()).build());
          switch (d.activation()) {
            case "relu" -> net.add(Activation.reluBlock());
            case "tanh" -> net.add(Activation.tanhBlock());
            case "sigmoid" -> net.add(Activation.sigmoidBlock());
            default -> {}
          }
        }
      }
    }
    return net;
  }

  private static Optimizer optimizer(Workload w) {
    return switch (w.choice("opt", "adam", "sgd", "momentum")) {
      case "adam" -> Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build();
      case "sgd" -> Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build();
      default ->
          Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).optMomentum(0.9f).build();
    };
  }
}
