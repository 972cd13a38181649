package shinso.nn.layer;

import java.util.Set;
import java.util.TreeSet;
import shinso.core.tensor.DType;

/** The layers that {@link LayerSpecs} has rows of. */
public final class LayerNames {
  private LayerNames() {}

  /** Returns the names of the layers that own parameters, directly or in their parts. */
  public static Set<String> withParameters() {
    Set<String> names = new TreeSet<>();
    for (LayerSpecs.Spec spec : LayerSpecs.all()) {
      Layer layer = spec.maker().make(DType.F32, 1);
      if (!Parameters.all(layer).isEmpty()) {
        names.add(layer.getClass().getSimpleName());
      }
    }
    return names;
  }
}
