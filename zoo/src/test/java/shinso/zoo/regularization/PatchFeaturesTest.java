package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Flatten;
import shinso.nn.layer.Pass;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

@Tag("row-C8")
class PatchFeaturesTest {
  private static final PatchFeatures FEATURES =
      PatchFeatures.of(3, 2, 5, PatchFeatures.Code.softThreshold(0.25));

  @Test
  void patchesAreCutOutInOrderAndBroughtToOneContrast() {
    Tensor images = Tensor.uniform(Rng.of(1), 2, 6, 7, 2).evaluate();
    Tensor patches = FEATURES.patches(images);
    assertEquals(Shape.of(2, 4, 5, 18), patches.shape());
    double[] found = patches.at(0, 1).at(0, 2).at(0, 3).toDoubleArray();
    double[] cut =
        images.at(0, 1).slice(0, 2, 5).slice(1, 3, 6).reshape(18).toDoubleArray(); // row, column, c
    double mean = 0;
    for (double v : cut) {
      mean += v / 18;
    }
    double variance = 0;
    for (double v : cut) {
      variance += (v - mean) * (v - mean) / 17;
    }
    for (int i = 0; i < 18; i++) {
      assertEquals((cut[i] - mean) / Math.sqrt(variance + 10 / 65_025.0), found[i], 1e-4);
    }
    double flat = FEATURES.patches(Tensor.full(Shape.of(1, 3, 3, 2), 0.7)).abs().max().item();
    assertEquals(0, flat, 1e-4);
  }

  @Test
  void whitenedPatchesHaveMeanZeroAndTheSpectrumOfTheFormula() {
    PatchFeatures f = PatchFeatures.of(2, 1, 3, PatchFeatures.Code.softThreshold(0));
    Tensor mix = Tensor.normal(Rng.of(2), 4, 4);
    Tensor x = Tensor.normal(Rng.of(3), 2_000, 4).matmul(mix).add(1).evaluate();
    f.fitWhitening(x);
    Tensor white = f.whiten(x).evaluate();
    assertEquals(0, white.mean(0).abs().max().item(), 1e-4);
    Tensor c = x.sub(x.mean(0));
    Tensor covariance = c.transpose().matmul(c).div(2_000);
    Tensor regular = covariance.add(Tensor.eye(4).mul(0.1));
    // P (C + ε I) P = I for P = V (D + ε)^(-1/2) Vᵀ
    Tensor p = f.whitening().value();
    Tensor identity = p.matmul(regular).matmul(p);
    assertEquals(0, identity.sub(Tensor.eye(4)).abs().max().item(), 1e-3);
    assertEquals(0, p.sub(p.transpose()).abs().max().item(), 1e-4);
  }

  @Test
  void codesOfBothSignsAreSummedOverQuarters() {
    Tensor images = Tensor.uniform(Rng.of(4), 3, 6, 7, 2).evaluate();
    FEATURES.dictionary().assign(Tensor.normal(Rng.of(5), 18, 5));
    for (PatchFeatures f : List.of(FEATURES, FEATURES.with(PatchFeatures.Code.omp(2)))) {
      Tensor features = f.forward(images, Pass.inference());
      assertEquals(Shape.of(3, 40), features.shape());
      Tensor rows = f.whiten(f.patches(images).reshape(3 * 20, 18));
      double[] z = f.code().of(rows, f.dictionary().value()).toDoubleArray();
      double[] expected = new double[3 * 40];
      for (int n = 0; n < 3; n++) {
        for (int r = 0; r < 4; r++) {
          for (int s = 0; s < 5; s++) {
            int quarter = (r < 2 ? 0 : 2) + (s < 3 ? 0 : 1);
            for (int a = 0; a < 5; a++) {
              double v = z[((n * 4 + r) * 5 + s) * 5 + a];
              expected[n * 40 + quarter * 10 + (v > 0 ? 0 : 5) + a] += Math.abs(v);
            }
          }
        }
      }
      assertArrayEquals(expected, features.toDoubleArray(), 1e-3);
    }
  }

  @Test
  void theSoftThresholdCutsBothSigns() {
    Tensor x = Tensor.of(new float[] {1, -0.2f, -0.75f}, 1, 3);
    assertArrayEquals(
        new float[] {0.75f, 0, -0.5f},
        PatchFeatures.Code.softThreshold(0.25).of(x, Tensor.eye(3)).toFloatArray(),
        1e-6f);
  }

  @Test
  void theLinearClassifierSeparatesWhatCanBeSeparated() {
    int n = 90;
    int[] labels = new int[n];
    float[] x = Tensor.normal(Rng.of(7), n, 4).mul(0.2).toFloatArray();
    for (int i = 0; i < n; i++) {
      labels[i] = i % 3;
      x[4 * i + labels[i]] += 3;
    }
    Dataset data =
        InMemoryDataset.of(
            "three clouds",
            List.of(Column.floats("x", Shape.of(4), x), Column.labels("class", labels, 3)),
            List.of("a", "b", "c"));
    FeatureClassifier classifier = FeatureClassifier.of(new Flatten(), 4, 3);
    assertTrue(classifier.accuracy(data) < 0.5);
    double loss = classifier.fit(data, 1e-3, 200).loss();
    assertEquals(1, classifier.accuracy(data));
    assertTrue(loss < 0.1, "loss " + loss);
    double[] centre = classifier.centre().value().toDoubleArray();
    assertEquals(1, centre[0], 0.1);
    assertEquals(0, centre[3], 0.1);
  }
}
