package shinso.zoo.regularization;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Flatten;
import shinso.nn.model.Classifier;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.zoo.harness.*;

/**
 * A linear classifier on what a dictionary of patches says about photographs: the dictionary is
 * learned by OMP-1, and patches are coded by a soft threshold or by OMP-k. Raw pixels are compared.
 *
 * <pre>
 * ./shinso run omp-cifar
 * </pre>
 */
public final class OmpCifar implements Recipe<OmpCifar.Model> {
  private static final Setting<Integer> ATOMS =
      Setting.integer("atoms", "atoms of the dictionary", 2, 100_000);
  private static final Setting<Integer> PATCHES =
      Setting.integer("patches", "patches that the dictionary is learned from", 100, 10_000_000);
  private static final Setting<Integer> K =
      Setting.integer("k", "entries of a code by OMP-k", 1, 1_000);
  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "most iterations of the linear classifier", 1, 100_000);

  private static final int SIDE = 6;
  private static final int ROUNDS = 10;
  private static final double ALPHA = 0.25;
  private static final double LAMBDA = 0.01;

  @Override
  public Card card() {
    return Card.of("omp-cifar", "linear classifier on patches coded by OMP-k and by a threshold")
        .rows("C8")
        .source(
            "Coates and Ng, \"The importance of encoding versus training with sparse coding and"
                + " vector quantization\", 2011")
        .reported("CIFAR-10, 50,000 images: 81.5 % with OMP-1, a soft threshold and 6,000 atoms");
  }

  @Override
  public List<DataSource> data() {
    return List.of(DataSource.of("cifar10"));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(300, Setting.ALL, Setting.ALL),
        TEST.row(200, Setting.ALL, Setting.ALL),
        PATCHES.row(3_000, 100_000, 400_000),
        ATOMS.row(24, 400, 1_600),
        K.row(2, 3, 10),
        ITERATIONS.row(30, 150, 500));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of("raw pixels"), 0.15, 0.33, 0.33),
        Claim.atLeast(TEST_ACCURACY.of("OMP-k"), 0.18, 0.60, 0.68),
        Claim.atLeast(TEST_ACCURACY.of("soft threshold"), 0.20, 0.66, 0.72)
            .published("81.5 % (50,000 images, 6,000 atoms)"));
  }

  /**
   * Three classifiers; the first one is the model's.
   *
   * @param threshold on patches coded by a soft threshold
   * @param omp on patches coded by OMP-k with the same dictionary
   * @param raw on pixels
   */
  public record Model(FeatureClassifier threshold, FeatureClassifier omp, FeatureClassifier raw)
      implements Classifier {
    @Override
    public Tensor logits(Tensor x) {
      return threshold.logits(x);
    }
  }

  @Override
  public Model model(Run run) {
    int atoms = run.get(ATOMS);
    PatchFeatures patches =
        PatchFeatures.of(SIDE, 3, atoms, PatchFeatures.Code.softThreshold(ALPHA));
    PatchFeatures sparse = patches.with(PatchFeatures.Code.omp(run.get(K)));
    return new Model(
        FeatureClassifier.of(patches, PatchFeatures.SUMS * atoms, 10),
        FeatureClassifier.of(sparse, PatchFeatures.SUMS * atoms, 10),
        FeatureClassifier.of(new Flatten(), 32 * 32 * 3, 10));
  }

  @Override
  public void run(Run run, Model model) {
    Split photographs = run.data();
    PatchFeatures patches = (PatchFeatures) model.threshold.features();
    run.perform("dictionary", patches, log -> learn(run, patches, photographs.train(), log));
    fit(run, "threshold", model.threshold);
    fit(run, "omp", model.omp);
    fit(run, "raw", model.raw);

    Comparison table = run.compare("accuracy", "Accuracy of linear classifiers", TEST_ACCURACY);
    Dataset test = photographs.test();
    table.variant("raw pixels", () -> model.raw.accuracy(test));
    table.variant("OMP-k", () -> model.omp.accuracy(test));
    table.variant("soft threshold", () -> model.threshold.accuracy(test));
    table.show();
    run.show(
        "atoms",
        () -> {
          int shown = Math.min(100, run.get(ATOMS));
          Tensor d = patches.pictures().slice(0, 0, shown);
          return Figure.pictures("Atoms of the dictionary, of whitened patches", d).scale(6);
        });
  }

  /** Whitening, and then a dictionary of one atom a patch, from random patches. */
  private static void learn(Run run, PatchFeatures patches, Dataset images, Run.Log log) {
    Tensor drawn = patches.sample(images, run.get(PATCHES), run.rng("patches"));
    patches.fitWhitening(drawn);
    Tensor white = patches.whiten(drawn).evaluate();
    List<Tensor> batches = new ArrayList<>();
    for (int from = 0; from < white.shape().dim(0); from += 5_000) {
      batches.add(white.slice(0, from, Math.min(from + 5_000, white.shape().dim(0))).evaluate());
    }
    OrthogonalMatchingPursuit omp =
        OrthogonalMatchingPursuit.learn(
            batches,
            run.get(ATOMS),
            1,
            ROUNDS,
            run.rng("dictionary"),
            (round, error) -> log.record(round, Map.of("error", error)));
    patches.dictionary().assign(omp.dictionary());
  }

  private static void fit(Run run, String name, FeatureClassifier classifier) {
    run.perform(
        name,
        classifier,
        log -> {
          var minimum = classifier.fit(run.data().train(), LAMBDA, run.get(ITERATIONS));
          log.record(minimum.iterations(), Map.of("loss", minimum.loss()));
        });
  }
}
