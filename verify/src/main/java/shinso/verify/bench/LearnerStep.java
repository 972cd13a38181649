package shinso.verify.bench;

import java.util.List;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.train.loop.Learner;
import shinso.train.loop.LossLearner;
import shinso.zoo.autoregressive.Nade;
import shinso.zoo.directed.Dcgan;
import shinso.zoo.directed.Draw;
import shinso.zoo.directed.Gan;
import shinso.zoo.directed.Generator;
import shinso.zoo.directed.Noise;
import shinso.zoo.directed.Observation;
import shinso.zoo.directed.Vae;

/** A step of a generative model and its learner as the zoo has them, on binary data. */
final class LearnerStep implements TrainingStep {
  private final Program program;
  private final Tensor data;
  private final String metric;
  private final Rng rng = Rng.of(0);
  private int steps;

  private LearnerStep(Learner learner, Shape data, String metric) {
    Tensor rates = Tensor.zeros(data.dims()).add(0.3);
    this.data = rates.bernoulli(rng.split("data")).evaluate();
    this.metric = metric;
    program = Program.of((in, key) -> learner.train(List.of(in.getFirst()), key));
  }

  private static Rng model() {
    return Rng.of(0).split("model");
  }

  /** A neural autoregressive distribution estimator. */
  static LearnerStep nade(Workload w) {
    int visible = w.size("visible");
    Nade nade = Nade.of(visible, w.size("hidden"), model());
    Learner learner = LossLearner.likelihood(nade, w.optimizer("opt"));
    return new LearnerStep(learner, Shape.of(w.batch(), visible), "loss");
  }

  /** An importance-weighted auto-encoder with two hidden layers on each side. */
  static LearnerStep iwae(Workload w) {
    int[] sizes = threeSizes(w);
    int hidden = sizes[1];
    int code = sizes[2];
    Network encoder =
        Network.of(sizes[0])
            .dense(hidden)
            .tanh()
            .dense(hidden)
            .tanh()
            .dense(2 * code)
            .build(model().split(0));
    Network generator =
        Network.of(code)
            .dense(hidden)
            .tanh()
            .dense(hidden)
            .tanh()
            .dense(sizes[0])
            .build(model().split(1));
    Vae vae = new Vae(encoder, new Generator(generator, new Observation.Binary(), code));
    Learner learner =
        new Vae.Learning(vae, Vae.Bound.IMPORTANCE_WEIGHTED, w.size("k", 1), w.optimizer("opt"));
    return new LearnerStep(learner, Shape.of(w.batch(), sizes[0]), "loss");
  }

  static int[] threeSizes(Workload w) {
    int[] sizes = w.sizes("sizes", "-", 3);
    if (sizes.length != 3) {
      throw new IllegalArgumentException(
          "workload '%s': sizes are three, those of data, hidden and latent layer, not '%s'"
              .formatted(w.text(), w.value("sizes")));
    }
    return sizes;
  }

  /** Adversarial networks of two hidden layers of rectifiers each. */
  static LearnerStep gan(Workload w) {
    int[] sizes = threeSizes(w);
    int hidden = sizes[1];
    Network generator =
        Network.of(sizes[2])
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(sizes[0])
            .sigmoid()
            .build(model().split(0));
    Network discriminator =
        Network.of(sizes[0])
            .dense(hidden)
            .activation(Activation.leakyRelu(0.2))
            .dense(hidden)
            .activation(Activation.leakyRelu(0.2))
            .dense(1)
            .build(model().split(1));
    Gan gan = new Gan(generator, discriminator, Noise.uniform(sizes[2]));
    return new LearnerStep(game(gan), Shape.of(w.batch(), sizes[0]), "generator loss");
  }

  /** Deep convolutional adversarial networks on grey pictures of 28 x 28. */
  static LearnerStep dcgan(Workload w) {
    Gan gan = new Dcgan(w.size("maps"), w.size("noise", 100)).build(Shape.of(28, 28, 1), model());
    return new LearnerStep(game(gan), Shape.of(w.batch(), 28, 28, 1), "generator loss");
  }

  private static Gan.Game game(Gan gan) {
    Adam rule = Adam.of(2e-4).betas(0.5, 0.999);
    return new Gan.Game(gan, Gan.Objective.NON_SATURATING, 1, 0, rule, rule);
  }

  /** DRAW with the paper's sizes, reading 2 x 2 and writing 5 x 5. */
  static LearnerStep draw(Workload w) {
    Draw draw = Draw.of(Draw.Config.MNIST.withGlimpses(w.size("glimpses")), model());
    Learner learner = draw.learning(w.optimizer("opt"));
    return new LearnerStep(learner, Shape.of(w.batch(), 28, 28), "loss");
  }

  @Override
  public double run() {
    return program.run(rng.split(steps++), data).metric(metric).item();
  }
}
