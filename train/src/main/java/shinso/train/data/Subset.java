package shinso.train.data;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import shinso.core.tensor.Tensor;

/** Some examples of another data set, in some order. */
final class Subset implements Dataset {
  private final Dataset all;
  private final int[] indices;

  Subset(Dataset all, int[] indices) {
    // A subset of a subset looks its examples up once.
    boolean nested = all instanceof Subset;
    int[] own = indices.clone();
    for (int i = 0; i < own.length; i++) {
      int index = Objects.checkIndex(own[i], all.size());
      own[i] = nested ? ((Subset) all).indices[index] : index;
    }
    this.all = nested ? ((Subset) all).all : all;
    this.indices = own;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public List<Field> fields() {
    return all.fields();
  }

  @Override
  public List<Tensor> batch(int[] positions) {
    int[] inner = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      inner[i] = indices[Objects.checkIndex(positions[i], indices.length)];
    }
    return all.batch(inner);
  }

  @Override
  public List<String> classNames() {
    return all.classNames();
  }

  @Override
  public boolean hasLabels() {
    return all.hasLabels();
  }

  @Override
  public int[] labels() {
    int[] labels = all.labels();
    int[] own = new int[indices.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = labels[indices[i]];
    }
    return own;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%,d of the %,d of %s", indices.length, all.size(), all.description());
  }
}
