package shinso.cpu.simd.tile;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static shinso.cpu.simd.HiddenCode.desc;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.HiddenCode;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.ExpCode;

/**
 * Makes a class of a {@link TileProgram}: one loop over vectors whose intermediate values stay in
 * registers. It calls the methods of the Vector API that the kernels of this package call, so its
 * results have the same bits.
 */
public final class TileCompiler {
  private static final ClassDesc LANES_CLASS = desc(Lanes.class);
  private static final ClassDesc NATIVE = desc(Native.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc FLOATS = desc(FloatVector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);

  private static final int AT = 1;
  private static final int PITCHES = 2;
  private static final int SCALARS = 3;
  private static final int ROWS = 4;
  private static final int COUNT = 5;

  private final TileProgram program;
  private final CodeBuilder code;

  /** The local variable that holds a value as a vector. */
  private final Map<Integer, Integer> vectors = new HashMap<>();

  /** The local variable that holds a comparison as a mask. */
  private final Map<Integer, Integer> masks = new HashMap<>();

  private TileCompiler(TileProgram program, CodeBuilder code) {
    this.program = program;
    this.code = code;
  }

  public static TileCode compile(TileProgram program) {
    MethodTypeDesc run =
        MethodTypeDesc.of(
            CD_void,
            CD_long.arrayType(),
            CD_long.arrayType(),
            CD_float.arrayType(),
            CD_int,
            CD_int);
    return HiddenCode.make(
        MethodHandles.lookup(),
        TileCode.class,
        run,
        b -> new TileCompiler(program, b).body(),
        program);
  }

  /** Vector operations that a program takes. */
  static int cost(TileProgram program) {
    int cost = program.addresses();
    for (TileProgram.Step s : program.steps()) {
      cost += cost(s);
    }
    return cost;
  }

  static int cost(TileProgram.Step step) {
    return switch (step) {
      case TileProgram.Step.Apply1(UnaryOp.Kind f, int a) ->
          ExpCode.has(f) ? ExpCode.cost(f) : f == UnaryOp.Kind.SIGN ? 4 : 1;
      case TileProgram.Step.Apply2(BinaryOp.Kind f, int a, int b) ->
          switch (f) {
            case LESS, LESS_EQUAL, EQUAL, NOT_EQUAL -> 2;
            default -> 1;
          };
      case TileProgram.Step.Choose c -> 2;
    };
  }

  private void body() {
    int[] rows = new int[program.addresses()];
    int[] addresses = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = code.allocateLocal(TypeKind.LONG);
      addresses[i] = code.allocateLocal(TypeKind.LONG);
      code.aload(AT).loadConstant(i).laload().lstore(rows[i]);
    }
    for (int i = 0; i < program.scalars(); i++) {
      code.getstatic(LANES_CLASS, "F", SPECIES);
      code.aload(SCALARS).loadConstant(i).faload();
      code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
      keep(program.operands() + i);
    }
    int index = code.allocateLocal(TypeKind.INT);
    int offset = code.allocateLocal(TypeKind.LONG);
    int whole = code.allocateLocal(TypeKind.INT);
    Label row = code.newLabel();
    Label start = code.newLabel();
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.iload(COUNT).loadConstant(Lanes.LANES).idiv().istore(whole);
    code.labelBinding(row);
    code.iload(ROWS).ifle(end);
    for (int i = 0; i < rows.length; i++) {
      code.lload(rows[i]).loadConstant(Lanes.ADDRESS).land().lstore(addresses[i]);
    }
    code.iconst_0().istore(index);
    code.labelBinding(start);
    code.iload(index).iload(whole).if_icmpge(next);
    code.loadConstant((long) Lanes.BYTES).iload(index).i2l().lmul().lstore(offset);
    for (int i = 0; i < program.operands(); i++) {
      code.getstatic(LANES_CLASS, "F", SPECIES).getstatic(NATIVE, "ALL", SEGMENT);
      code.lload(addresses[i]).lload(offset).ladd();
      code.getstatic(NATIVE, "ORDER", ORDER);
      code.invokestatic(
          FLOATS, "fromMemorySegment", MethodTypeDesc.of(FLOATS, SPECIES, SEGMENT, CD_long, ORDER));
      keep(i);
    }
    for (int i = 0; i < program.steps().size(); i++) {
      step(program.steps().get(i), program.value(i));
    }
    for (int i = 0; i < program.results().size(); i++) {
      load(program.results().get(i));
      code.getstatic(NATIVE, "ALL", SEGMENT);
      code.lload(addresses[program.operands() + i]).lload(offset).ladd();
      code.getstatic(NATIVE, "ORDER", ORDER);
      code.invokevirtual(
          FLOATS, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
    }
    code.iinc(index, 1).goto_(start);
    code.labelBinding(next);
    for (int i = 0; i < rows.length; i++) {
      code.lload(rows[i]).aload(PITCHES).loadConstant(i).laload().ladd().lstore(rows[i]);
    }
    code.iinc(ROWS, -1).goto_(row);
    code.labelBinding(end).return_();
  }

  private void step(TileProgram.Step step, int value) {
    switch (step) {
      case TileProgram.Step.Apply1(UnaryOp.Kind f, int a) -> apply1(f, a, value);
      case TileProgram.Step.Apply2(BinaryOp.Kind f, int a, int b) -> apply2(f, a, b, value);
      case TileProgram.Step.Choose(int condition, int a, int b) -> {
        load(b);
        load(a);
        mask(condition);
        code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
        keep(value);
      }
    }
  }

  private void apply1(UnaryOp.Kind f, int a, int value) {
    switch (f) {
      case STOP_GRADIENT -> {
        load(a);
        keep(value);
      }
      case NEG -> method("neg", a, value);
      case ABS -> method("abs", a, value);
      case SQRT -> method("sqrt", a, value);
      case RECIPROCAL -> {
        constant("ONE");
        load(a);
        binary("div");
        keep(value);
      }
      case RELU -> {
        load(a);
        constant("ZERO");
        binary("max");
        keep(value);
      }
      case SIGN -> {
        load(a);
        sign(a, 1f, "GT");
        sign(a, -1f, "LT");
        keep(value);
      }
      case NOT -> {
        load(a);
        compare("EQ", () -> constant("ZERO"), value);
      }
      case SIGMOID, TANH -> {
        ExpCode.write(code, f, local(a));
        keep(value);
      }
      default -> throw new IllegalArgumentException("not a step of a tile program: " + f);
    }
  }

  /** Replaces lanes of the vector on the stack where {@code a} compares so with zero. */
  private void sign(int a, float with, String comparison) {
    code.loadConstant(with);
    load(a);
    code.getstatic(OPERATORS, comparison, COMPARISON);
    constant("ZERO");
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, CD_float, MASK));
  }

  private void apply2(BinaryOp.Kind f, int a, int b, int value) {
    load(a);
    switch (f) {
      case ADD -> binary("add", b, value);
      case SUB -> binary("sub", b, value);
      case MUL -> binary("mul", b, value);
      case DIV -> binary("div", b, value);
      case MAXIMUM -> binary("max", b, value);
      case MINIMUM -> binary("min", b, value);
      case LESS -> compare("LT", () -> load(b), value);
      case LESS_EQUAL -> compare("LE", () -> load(b), value);
      case EQUAL -> compare("EQ", () -> load(b), value);
      case NOT_EQUAL -> compare("NE", () -> load(b), value);
      case POW -> throw new IllegalArgumentException("not a step of a tile program: " + f);
    }
  }

  /** Compares the vector on the stack with another; keeps the mask, and 1 or 0 if it is needed. */
  private void compare(String comparison, Runnable other, int value) {
    code.getstatic(OPERATORS, comparison, COMPARISON);
    other.run();
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    masks.put(value, local);
    if (isNeededAsNumber(value)) {
      constant("ZERO");
      constant("ONE");
      code.aload(local);
      code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
      keep(value);
    }
  }

  private boolean isNeededAsNumber(int value) {
    return program.results().contains(value)
        || program.steps().stream()
            .anyMatch(s ->
                switch (s) {
                  case TileProgram.Step.Apply1(UnaryOp.Kind f, int a) -> a == value;
                  case TileProgram.Step.Apply2(BinaryOp.Kind f, int a, int b) ->
                      a == value || b == value;
                  case TileProgram.Step.Choose(int condition, int a, int b) ->
                      a == value || b == value;
                });
  }

  /** Puts on the stack where a value is not zero. */
  private void mask(int value) {
    Integer local = masks.get(value);
    if (local != null) {
      code.aload(local);
      return;
    }
    load(value);
    code.getstatic(OPERATORS, "NE", COMPARISON);
    constant("ZERO");
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  private void method(String name, int a, int value) {
    load(a);
    code.invokevirtual(FLOATS, name, MethodTypeDesc.of(FLOATS));
    keep(value);
  }

  private void binary(String name, int b, int value) {
    load(b);
    binary(name);
    keep(value);
  }

  private void binary(String name) {
    code.invokevirtual(FLOATS, name, MethodTypeDesc.of(FLOATS, VECTOR));
  }

  private void constant(String name) {
    code.getstatic(LANES_CLASS, name, FLOATS);
  }

  private void load(int value) {
    code.aload(local(value));
  }

  private int local(int value) {
    Integer local = vectors.get(value);
    if (local == null) {
      throw new IllegalArgumentException(
          "value " + value + " is read before it is known: " + program);
    }
    return local;
  }

  private void keep(int value) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    vectors.put(value, local);
  }
}
