package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import shinso.core.tensor.DType;

/** A program as Java that compiles and shows the fault. */
public final class JavaText {
  private static final int LITERALS = 600;
  private static final Pattern PLACE = Pattern.compile("([%#?~])(\\d*)(\\*?)");

  private JavaText() {}

  /** Returns a class of this name. */
  public static String of(String name, FuzzProgram program, String comment) {
    StringBuilder b = new StringBuilder();
    b.append(
        """
        import java.util.*;
        import shinso.core.autodiff.Autodiff;
        import shinso.core.backend.*;
        import shinso.core.graph.*;
        import shinso.core.op.*;
        import shinso.core.random.Rng;
        import shinso.core.reference.ReferenceBackend;
        import shinso.core.tensor.*;

        """);
    comment.lines().forEach(l -> b.append("// ").append(l).append('\n'));
    b.append("public class ").append(name).append(" {\n  static List<Tensor> program() {\n");
    for (int i = 0; i < program.steps().size(); i++) {
      String text =
          switch (program.steps().get(i)) {
            case FuzzProgram.Given g -> given(g);
            case FuzzProgram.Call c -> call(c);
          };
      b.append("    Tensor v%d = %s;\n".formatted(i, text));
    }
    List<Integer> wanted = new ArrayList<>();
    program.updates().forEach(u -> wanted.add(u.value()));
    wanted.addAll(program.outputs());
    if (!program.updates().isEmpty()) {
      b.append("    // In place: ");
      program.updates().forEach(u -> b.append("v%d = v%d; ".formatted(u.leaf(), u.value())));
      b.append('\n');
    }
    b.append("    return List.of(").append(names(wanted)).append(");\n  }\n");
    b.append(
        """

          public static void main(String[] args) {
            List<Tensor> outputs = program();
            GraphBuilder builder = new GraphBuilder();
            Graph graph = builder.build(outputs.stream().mapToInt(builder::add).toArray());
            Buffer[] in = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
            for (Backend backend : List.of(Backends.preferred(), new ReferenceBackend())) {
              Buffer[] out = outputs.stream()
                  .map(t -> Buffer.allocate(t.dtype(), t.shape().size(), "output"))
                  .toArray(Buffer[]::new);
              backend.compile(graph).run(in, out);
              for (Buffer b : out) {
                System.out.println(backend.name() + " " + Arrays.toString(b.toDoubleArray()));
              }
            }
          }
        }
        """);
    return b.toString();
  }

  private static String given(FuzzProgram.Given g) {
    int count = g.dims().stream().reduce(1, (a, c) -> a * c);
    String dims = g.dims().stream().map(Object::toString).collect(Collectors.joining(", "));
    boolean whole = g.filling().type() == DType.I32;
    if (count > LITERALS) {
      return "shinso.verify.fuzz.Filling.%s.tensor(%dL, %d%s)"
          .formatted(g.filling(), g.seed(), g.bound(), dims.isEmpty() ? "" : ", " + dims);
    }
    String values =
        Arrays.stream(g.filling().values(g.seed(), g.bound(), count))
            .mapToObj(v -> whole ? Integer.toString((int) v) : literal((float) v))
            .collect(Collectors.joining(", "));
    String array = "new %s[] {%s}".formatted(whole ? "int" : "float", values);
    // Without dimensions the method means a vector of all.
    return dims.isEmpty()
        ? "Tensor.owning(%s, Shape.SCALAR)".formatted(array)
        : "Tensor.of(%s, %s)".formatted(array, dims);
  }

  private static String literal(float v) {
    if (Float.isNaN(v)) {
      return "Float.NaN";
    }
    if (Float.isInfinite(v)) {
      return v > 0 ? "Float.POSITIVE_INFINITY" : "Float.NEGATIVE_INFINITY";
    }
    return v == (int) v && (v != 0 || 1 / v > 0) ? Integer.toString((int) v) : v + "f";
  }

  private static String call(FuzzProgram.Call c) {
    List<Number> args = c.args();
    Matcher m = PLACE.matcher(c.operation().text());
    StringBuilder b = new StringBuilder();
    while (m.find()) {
      int at = m.group(2).isEmpty() ? 0 : Integer.parseInt(m.group(2));
      boolean rest = !m.group(3).isEmpty();
      String text =
          switch (m.group(1)) {
            case "%" ->
                rest
                    ? names(c.operands().subList(at, c.operands().size()))
                    : "v" + c.operands().get(at);
            case "#" -> rest ? numbers(args.subList(at, args.size())) : number(args.get(at));
            case "?" -> Boolean.toString(args.get(at).intValue() != 0);
            default -> {
              int third = (args.size() - 1) / 3;
              yield "List.of(" + numbers(args.subList(1 + (at - 1) * third, 1 + at * third)) + ")";
            }
          };
      m.appendReplacement(b, Matcher.quoteReplacement(text));
    }
    // A scalar has no lengths.
    return m.appendTail(b).toString().replace(", )", ")");
  }

  private static String names(List<Integer> values) {
    return values.stream().map(v -> "v" + v).collect(Collectors.joining(", "));
  }

  private static String numbers(List<Number> numbers) {
    return numbers.stream().map(JavaText::number).collect(Collectors.joining(", "));
  }

  private static String number(Number n) {
    return n instanceof Double d ? String.format(Locale.ROOT, "%s", d) : n.toString();
  }
}
