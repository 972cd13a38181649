package shinso.cpu.simd.product;

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
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;
import shinso.cpu.simd.HiddenCode;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;

/**
 * Makes the code of a tile of a sum of outer products.
 *
 * <p>The sums stay in registers only as variables of their own, and a tile that wastes little of
 * its last vector has another shape for each number of columns, so the code is made as needed. A
 * method is a single tile: with a loop over tiles around it the compiler runs out of registers.
 */
final class OuterCompiler {
  private static final ClassDesc LANES_CLASS = desc(Lanes.class);
  private static final ClassDesc NATIVE = desc(Native.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc FLOATS = desc(FloatVector.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);

  private static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOATS, SPECIES, CD_float);

  // The parameters of the method, by their slots.
  private static final int C = 1;
  private static final int C_PITCH = 3;
  private static final int A = 5;
  private static final int A_PITCH = 7;
  private static final int B = 9;
  private static final int LAST = 11;
  private static final int K = 13;

  private final CodeBuilder code;
  private final int rows;
  private final int vectors;

  private OuterCompiler(CodeBuilder code, int rows, int vectors) {
    this.code = code;
    this.rows = rows;
    this.vectors = vectors;
  }

  /** Returns the code of a tile of so many rows and vectors. */
  static OuterCode compile(int rows, int vectors) {
    MethodTypeDesc run =
        MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long, CD_int);
    return HiddenCode.make(
        MethodHandles.lookup(),
        OuterCode.class,
        run,
        b -> new OuterCompiler(b, rows, vectors).body(),
        rows + " rows by " + vectors + " vectors of outer products");
  }

  private void body() {
    int[][] sums = new int[rows][vectors];
    for (int[] row : sums) {
      for (int v = 0; v < vectors; v++) {
        row[v] = code.allocateLocal(TypeKind.REFERENCE);
        // Not a constant vector: the compiler leaves a variable that starts as an object on the
        // heap.
        code.getstatic(LANES_CLASS, "F", SPECIES).fconst_0();
        code.invokestatic(FLOATS, "broadcast", BROADCAST).astore(row[v]);
      }
    }
    int step = code.allocateLocal(TypeKind.INT);
    Label start = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(step);
    code.labelBinding(start);
    code.iload(step).iload(K).if_icmpge(end);
    add(step, sums);
    code.iinc(step, 1).goto_(start);
    code.labelBinding(end);
    for (int r = 0; r < rows; r++) {
      store(r, sums[r]);
    }
    code.return_();
  }

  /** One step of the sums. */
  private void add(int step, int[][] sums) {
    int left = code.allocateLocal(TypeKind.LONG);
    int right = code.allocateLocal(TypeKind.LONG);
    code.lload(A).lload(A_PITCH).iload(step).i2l().lmul().ladd().lstore(left);
    code.lload(B).loadConstant(Lanes.ADDRESS).land();
    code.loadConstant((long) vectors * Lanes.BYTES).iload(step).i2l().lmul().ladd().lstore(right);
    int[] columns = new int[vectors];
    for (int v = 0; v < vectors; v++) {
      columns[v] = code.allocateLocal(TypeKind.REFERENCE);
      code.getstatic(LANES_CLASS, "F", SPECIES).getstatic(NATIVE, "ALL", SEGMENT);
      code.lload(right).loadConstant((long) v * Lanes.BYTES).ladd();
      code.getstatic(NATIVE, "ORDER", ORDER);
      code.invokestatic(
          FLOATS, "fromMemorySegment", MethodTypeDesc.of(FLOATS, SPECIES, SEGMENT, CD_long, ORDER));
      code.astore(columns[v]);
    }
    int factor = code.allocateLocal(TypeKind.REFERENCE);
    for (int r = 0; r < rows; r++) {
      code.getstatic(LANES_CLASS, "F", SPECIES);
      code.lload(left).loadConstant(4L * r).ladd();
      code.invokestatic(NATIVE, "getFloat", MethodTypeDesc.of(CD_float, CD_long));
      code.invokestatic(FLOATS, "broadcast", BROADCAST);
      code.astore(factor);
      for (int v = 0; v < vectors; v++) {
        code.aload(factor).aload(columns[v]).aload(sums[r][v]);
        code.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
        code.astore(sums[r][v]);
      }
    }
  }

  private void store(int row, int[] sums) {
    int to = code.allocateLocal(TypeKind.LONG);
    code.lload(C).lload(C_PITCH).loadConstant((long) row).lmul().ladd();
    code.loadConstant(Lanes.ADDRESS).land().lstore(to);
    for (int v = 0; v < vectors; v++) {
      code.aload(sums[v]).getstatic(NATIVE, "ALL", SEGMENT);
      code.lload(to);
      if (v == vectors - 1) {
        code.lload(LAST);
      } else {
        code.loadConstant((long) v * Lanes.BYTES);
      }
      code.ladd();
      code.getstatic(NATIVE, "ORDER", ORDER);
      code.invokevirtual(
          FLOATS, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
    }
  }
}
