package shinso.zoo.optimization;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * The norm of the gradient in each layer of a deep network: sigmoids, whose slope is at most ¼,
 * make it smaller from layer to layer on its way back, rectifiers hardly. So the first layers of a
 * deep network of sigmoids don't learn.
 *
 * <pre>
 * ./shinso run vanishing-gradients
 * </pre>
 */
public final class VanishingGradients implements Demo {
  private static final List<Activation> FUNCTIONS =
      List.of(Activation.SIGMOID, Activation.TANH, Activation.RELU);
  private static final Setting<Integer> LAYERS = Setting.integer("layers", "hidden layers", 2, 100);
  private static final Quantity RATIO =
      Quantity.larger("gradient norm, first ÷ last hidden layer", "");

  @Override
  public Card card() {
    return Card.of("vanishing-gradients", "gradient norm by layer with sigmoid, tanh, rectifier")
        .rows("B14")
        .source("Hochreiter 1991; Glorot and Bengio 2010; Glorot, Bordes and Bengio 2011");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        TRAIN.row(2_000, 20_000, Setting.ALL),
        EPOCHS.row(2, 4, 10),
        BATCH.always(50),
        LAYERS.always(8));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(RATIO.of("sigmoid"), 1e-2, 1e-2, 1e-2),
        Claim.atLeast(RATIO.of("relu"), 0.1, 0.1, 0.1));
  }

  private static Network network(Run run, Activation f) {
    Network.Builder net = Network.of(28, 28, 1).flatten();
    for (int layer = 0; layer < run.get(LAYERS); layer++) {
      net = net.dense(64).activation(f);
    }
    return net.dense(10).build(run.rng("model"));
  }

  /** Returns the norms of the gradients of the weights of all layers, the first one first. */
  private static double[] norms(Run run, Activation f) {
    Network net = network(run, f);
    List<Tensor> batch = run.data().train().limit(500).whole();
    Tensor logits = net.forward(batch.getFirst(), Pass.inference());
    Tensor loss = Losses.softmaxCrossEntropy(logits, batch.getLast());
    List<Param> weights =
        Parameters.trainable(net).values().stream().filter(Parameters::isWeight).toList();
    List<Tensor> norms =
        Autodiff.gradients(loss, weights).stream().map(g -> g.square().sum().sqrt()).toList();
    return Tensor.stack(0, norms).toDoubleArray();
  }

  @Override
  public void run(Run run) {
    Batches batches = run.batches(run.data().train());
    List<String> stages = new ArrayList<>();
    for (Activation f : FUNCTIONS) {
      run.score(
          RATIO.of(f.toString()),
          () -> {
            double[] norms = norms(run, f);
            return norms[0] / norms[run.get(LAYERS) - 1];
          });
      stages.add(f.toString());
      run.train(
              f.toString(),
              SupervisedLearner.of(network(run, f), Losses::softmaxCrossEntropy, Sgd.of(0.1)),
              batches)
          .go();
    }
    run.show("norms", () -> chart(run));
    run.show(
        "learning",
        () -> run.curves("Training loss", "train.loss", stages.toArray(String[]::new)).smooth());
  }

  private static Lines chart(Run run) {
    Lines chart =
        Figure.lines("Gradient before training").axes("layer", "norm of the gradient").logY();
    double[] layers = IntStream.rangeClosed(1, run.get(LAYERS) + 1).asDoubleStream().toArray();
    for (Activation f : FUNCTIONS) {
      chart = chart.series(f.toString(), layers, norms(run, f));
    }
    return chart;
  }
}
