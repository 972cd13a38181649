package shinso.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Network;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.figure.Pictures;

class FeatureViewsTest {
  private static final int N = 12;
  private static final int SIDE = 6;

  /** Black pictures with one pixel, at another place and brighter in each. */
  private static Dataset points() {
    float[] x = new float[N * SIDE * SIDE];
    int[] classes = new int[N];
    for (int i = 0; i < N; i++) {
      x[i * SIDE * SIDE + 5 * i % (SIDE * SIDE)] = (i + 1f) / N;
      classes[i] = i % 2;
    }
    return InMemoryDataset.of(
        "points",
        List.of(Column.floats("x", Shape.of(SIDE, SIDE, 1), x), Column.labels("class", classes, 2)),
        List.of("even", "odd"));
  }

  /** One filter for the pixel itself, one for that to its right, negative. */
  private static Network network() {
    float[] w = new float[3 * 3 * 2];
    w[8] = 1;
    w[11] = -1;
    Param filters = Param.of(Tensor.of(w, 3, 3, 1, 2));
    return Network.of(SIDE, SIDE, 1)
        .layer("look", new Conv2d(filters, null, ConvSpec.VALID, true))
        .relu()
        .flatten()
        .dense(2)
        .build(Rng.of(1));
  }

  @Test
  void patchesAreWhatAUnitSeesWhereItRespondsMost() {
    Pictures patches = FeatureViews.of(network(), points()).patches("relu1");
    assertEquals(Shape.of(20, 3, 3, 1), patches.images().shape());
    float[] all = patches.images().toFloatArray();
    for (int i = 0; i < 10; i++) {
      // The brightest first, each in the middle of its patch and alone.
      for (int p = 0; p < 9; p++) {
        assertEquals(p == 4 ? (float) (N - i) / N : 0, all[9 * i + p]);
      }
    }
  }

  @Test
  void mapsAreScaledByTheStrongestResponse() {
    FeatureViews views = FeatureViews.of(network(), points());
    Pictures maps = views.featureMaps("relu1");
    assertEquals(Shape.of(6 * 3, SIDE, SIDE, 1), maps.images().shape());
    assertEquals(3, maps.columns());
    float[] all = maps.images().toFloatArray();
    int pixels = SIDE * SIDE;
    for (int i = 0; i < 6; i++) {
      assertEquals((i + 1f) / N, all[3 * i * pixels + 5 * i]);
      assertEquals(1, all[(3 * i + 1) * pixels + 5 * i], 1e-6);
      assertEquals(0, all[(3 * i + 2) * pixels + 5 * i], 1e-6);
    }
    // Before the rectifier 0 is grey and the pixel's left neighbour black.
    float[] signed = views.featureMaps("look").images().toFloatArray();
    assertEquals(0.5, signed[(3 + 2) * pixels + 5], 1e-6);
    assertEquals(0, signed[(3 + 2) * pixels + 4], 1e-6);
  }

  @Test
  void aSectionForEachView() {
    List<Section> all = FeatureViews.of(network(), points()).sections();
    assertEquals(
        List.of("filters.png", "saliency.png", "feature-maps-relu1.png", "patches-relu1.png"),
        all.stream().flatMap(s -> s.files().keySet().stream()).toList());
    assertEquals(
        Shape.of(20, SIDE, SIDE, 1),
        FeatureViews.of(network(), points()).saliency().images().shape());
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> FeatureViews.of(network(), points()).featureMaps("flatten1"));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("no layer 'flatten1' with feature maps"), message);
  }
}
