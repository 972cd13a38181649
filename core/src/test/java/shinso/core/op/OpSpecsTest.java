package shinso.core.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Evaluation;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** The table of operations is complete. */
final class OpSpecsTest {
  /**
   * Methods of tensors that are not operations, or differ from one that has a row only in how the
   * shape is given.
   */
  private static final Set<String> NOT_OPERATIONS =
      Set.of("of", "owning", "scalar", "evaluate", "asTensor", "inputs");

  @Test
  void everyPrimitiveHasRow() throws ReflectiveOperationException {
    Set<String> missing = new TreeSet<>(primitives(Op.class));
    for (OpSpec row : OpSpecs.rows()) {
      for (int i = 0; i < row.cases().size(); i++) {
        missing.remove(variant(row.apply(row.operands(i, DType.F32)).op()));
      }
    }
    missing.remove("Data"); // what every operand is
    assertEquals(Set.of(), missing, "add a row for these operations to OpSpecs");
  }

  @Test
  void everyTensorMethodHasRow() {
    Set<String> named =
        OpSpecs.rows().stream().map(r -> r.name().split(" ", 2)[0]).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Method m : Tensor.class.getMethods()) {
      boolean operation =
          m.getReturnType() == Tensor.class
              || m.getReturnType() == Tensor.TopK.class
              || m.getReturnType() == List.class;
      if (operation && !named.contains(m.getName()) && !NOT_OPERATIONS.contains(m.getName())) {
        missing.add(m.getName());
      }
    }
    assertEquals(Set.of(), missing, "add a row for these methods to OpSpecs");
  }

  @Test
  void namesAreUniqueAndEveryRowHasCases() {
    Set<String> names = new HashSet<>();
    for (OpSpec row : OpSpecs.rows()) {
      assertEquals(true, names.add(row.name()), "two rows are called " + row.name());
      assertFalse(row.cases().isEmpty(), row.name());
    }
  }

  @Test
  void viewsKeepTheNumbers() {
    List<Tensor> samples =
        List.of(
            Tensor.iota(24).reshape(2, 3, 4),
            Tensor.iota(1).reshape(new int[0]),
            Tensor.iota(0).reshape(2, 0),
            Tensor.iota(5));
    for (View view : View.values()) {
      for (Tensor x : samples) {
        if (view != View.BROADCAST) {
          assertArrayEquals(
              x.toIntArray(),
              Evaluation.reference(view.of(x)).toIntArray(),
              view + " of " + x.shape());
        }
      }
    }
  }

  /**
   * Operations told apart by the enums and flags among their components, such as {@code MatMul
   * transposeA=true}.
   */
  private static List<String> primitives(Class<?> type) {
    if (type.isSealed()) {
      return Arrays.stream(type.getPermittedSubclasses())
          .flatMap(t -> primitives(t).stream())
          .toList();
    }
    List<String> variants = List.of(type.getSimpleName());
    for (RecordComponent c : type.getRecordComponents()) {
      List<String> more = new ArrayList<>();
      for (String v : variants) {
        for (Object value : values(c.getType())) {
          more.add(v + " " + c.getName() + "=" + value);
        }
      }
      variants = more.isEmpty() ? variants : more;
    }
    return variants;
  }

  private static List<?> values(Class<?> type) {
    if (type.isEnum() && type != DType.class) {
      return Arrays.asList(type.getEnumConstants());
    }
    return type == boolean.class ? List.of(true, false) : List.of();
  }

  private static String variant(Op op) throws ReflectiveOperationException {
    StringBuilder name = new StringBuilder(op.getClass().getSimpleName());
    for (RecordComponent c : op.getClass().getRecordComponents()) {
      if (!values(c.getType()).isEmpty()) {
        name.append(' ').append(c.getName()).append('=').append(c.getAccessor().invoke(op));
      }
    }
    return name.toString();
  }
}
