package shinso.zoo.laboratory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

final class PlainNetworkTest {
  private static Network network(int layers) {
    Network.Builder b = Network.of(6);
    for (int l = 1; l < layers; l++) {
      b = b.dense(7).relu();
    }
    return b.dense(3).build(Rng.of(layers));
  }

  private static Dataset data() {
    int n = 30;
    float[] x = Tensor.normal(Rng.of(9), n, 6).toFloatArray();
    int[] t = new int[n];
    for (int i = 0; i < n; i++) {
      t[i] = x[6 * i] > 0.3 ? 0 : x[6 * i + 1] > 0 ? 1 : 2;
    }
    return InMemoryDataset.of(
        "three classes", List.of(Column.floats("x", Shape.of(6), x), Column.labels("t", t, 3)));
  }

  /** Small batches and all examples at once, for one, two and three layers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theFrameworkComesToTheSameLosses(int layers) {
    for (int size : new int[] {7, 30}) {
      Batches batches = Batches.shuffled(data(), size, 3);
      Network net = network(layers);
      Course plain = Course.plain(net, batches, 10, 0.2);
      Course framework = Course.framework(net, batches, 10, 0.2);
      assertArrayEquals(framework.loss(), plain.loss(), 1e-5);
      assertEquals(0, Course.distance(plain, framework, 10), 1e-5);
      assertEquals(10, plain.seconds().length);
    }
  }

  @Test
  void predictionsAreThoseOfTheFramework() {
    Network net = network(3);
    PlainNetwork plain = PlainNetwork.copyOf(net);
    Tensor x = data().whole().getFirst();
    int[] expected = net.forward(x, Pass.inference()).argmax(1).toIntArray();
    float[][] rows = PlainNetwork.rows(x.toFloatArray(), 30);
    for (int i = 0; i < rows.length; i++) {
      assertEquals(expected[i], plain.predict(rows[i]));
    }
  }

  @Test
  void otherLayersAreRefused() {
    Network net = Network.of(8, 8, 1).conv(2, 3).flatten().dense(3).build(Rng.of(1));
    assertThrows(IllegalArgumentException.class, () -> PlainNetwork.copyOf(net));
  }
}
