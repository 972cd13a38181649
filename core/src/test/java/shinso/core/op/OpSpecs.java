package shinso.core.op;

import java.util.List;
import java.util.stream.Stream;

/**
 * The table of all operations: primitives and what {@link shinso.core.tensor.Tensor} composes of
 * them. Every backend is tested by it, and so are the gradients. A new operation gets a row here,
 * or {@code OpSpecsTest} fails.
 */
public final class OpSpecs {
  private OpSpecs() {}

  /** Returns all rows. */
  public static List<OpSpec> rows() {
    return Stream.of(
            ElementwiseSpecs.rows(),
            FunctionSpecs.rows(),
            ReductionSpecs.rows(),
            MovementSpecs.rows(),
            ContractionSpecs.rows(),
            WindowSpecs.rows(),
            IndexSpecs.rows(),
            RandomSpecs.rows())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Returns rows with operands that are worth several threads; their gradients are those of the
   * other rows.
   */
  public static List<OpSpec> large() {
    return LargeSpecs.rows();
  }
}
