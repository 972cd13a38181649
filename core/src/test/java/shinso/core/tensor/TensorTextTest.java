package shinso.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;

/** Tensors are printed as NumPy 2 prints arrays of the same numbers. */
final class TensorTextTest {
  private static void assertPrints(String expected, Tensor t) {
    assertEquals(expected, t.toString());
  }

  private static Tensor vector(double... values) {
    float[] v = new float[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) values[i];
    }
    return Tensor.of(v);
  }

  /** Numbers of very different sizes must not hide what is no number. */
  @Test
  void whatIsNoNumberStaysSoBesideExponents() {
    assertPrints(
        "F32[5] [        inf         nan -0.0000e+00  6.5504e+04  6.0000e-08]",
        vector(Double.POSITIVE_INFINITY, Double.NaN, -0.0, 65504, 6e-8));
    assertPrints(
        "F32[3] [       -inf 1.00000e-05 1.23456e+05]",
        vector(Double.NEGATIVE_INFINITY, 1e-5, 123456));
  }

  @Test
  void linesEndWithTheirLastDigit() {
    assertPrints(
        """
        F32[8] [0.         0.33333334 0.6666667  1.         1.3333334  1.6666666
                2.         2.3333333 ]\
        """,
        Tensor.iota(8).cast(DType.F32).div(3));
  }

  @Test
  void numbersStandBelowEachOther() {
    assertPrints("F32[3] [1.   2.5  3.25]", vector(1, 2.5, 3.25));
    assertPrints("F32[2] [-1.   10.25]", vector(-1, 10.25));
    assertPrints("F32[3] [-0.  0.  1.]", vector(-0.0, 0, 1));
    assertPrints("I32[3] [  1 -20 300]", Tensor.of(new int[] {1, -20, 300}));
    assertPrints(
        """
        F32[2, 3]
        [[ 1.    2.    3.  ]
         [-4.    5.5   6.25]]\
        """,
        Tensor.of(new float[] {1, 2, 3, -4, 5.5f, 6.25f}, 2, 3));
    assertPrints(
        """
        I32[2, 2, 2]
        [[[1 2]
          [3 4]]

         [[5 6]
          [7 8]]]\
        """,
        Tensor.of(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2));
  }

  @Test
  void digitsAreTheShortestThatTellTheNumber() {
    assertPrints("F32[2] [0.1        0.33333334]", vector(0.1, 1 / 3.0));
    assertPrints("F64[2] [0.1        0.33333333]", Tensor.of(new double[] {0.1, 1 / 3.0}));
    // The shortest digits, 0.072498545, would be rounded to 0.07249854.
    assertPrints("F32[1] [0.07249855]", vector(0.072498545));
    assertPrints("F32[1] [999999.]", vector(999_999));
    assertPrints("F64[2] [16777216. 99999999.]", Tensor.of(new double[] {16777216, 99999999}));
  }

  @Test
  void exponentsWhereNumbersAreFarApart() {
    assertPrints("F32[2] [1.6777216e+07 9.9999992e+07]", vector(16777216, 99999990));
    assertPrints(
        "F32[3] [3.44899682e+11 1.20163525e+11 2.48289625e+05]",
        vector(344899682304.0, 120163524608.0, 248289.625));
    assertPrints("F32[2] [1.e-05 1.e+00]", vector(1e-5, 1));
    assertPrints("F32[2] [1.5e-10 1.0e+00]", vector(1.5e-10, 1));
    assertPrints("F32[2] [-1.e+08  0.e+00]", vector(-1e8, 0));
    assertPrints("F32[2] [1.e-03 1.e+02]", vector(0.001, 100));
    assertPrints("F64[2] [1.e+000 1.e+100]", Tensor.of(new double[] {1, 1e100}));
  }

  @Test
  void whatIsNotFinite() {
    double inf = Double.POSITIVE_INFINITY;
    assertPrints("F32[4] [ nan   1.  inf -inf]", vector(Double.NaN, 1, inf, -inf));
    assertPrints("F32[2] [nan inf]", vector(Double.NaN, inf));
    assertPrints("F32[2] [  nan 1.125]", vector(Double.NaN, 1.125));
  }

  @Test
  void scalarsArePlain() {
    assertPrints("F32[] 3.0", Tensor.scalar(3));
    assertPrints("F32[] -2.5", Tensor.scalar(-2.5));
    assertPrints("F64[] 1e+100", Tensor.constant(1e100, DType.F64));
    assertPrints("I32[] -7", Tensor.constant(-7, DType.I32));
    assertPrints("F32[] nan", Tensor.scalar(Double.NaN));
  }

  @Test
  void emptyTensorsHaveEmptyBrackets() {
    assertPrints("F32[0] []", Tensor.zeros(0));
    assertPrints("F32[3, 0] []", Tensor.zeros(3, 0));
  }

  @Test
  void longAxesAreShortened() {
    assertPrints("I32[2000] [   0    1    2 … 1997 1998 1999]", Tensor.iota(2000));
    assertPrints(
        """
        I32[1000, 4]
        [[   0    1    2    3]
         [   4    5    6    7]
         [   8    9   10   11]
         …
         [3988 3989 3990 3991]
         [3992 3993 3994 3995]
         [3996 3997 3998 3999]]\
        """,
        Tensor.iota(4000).reshape(1000, 4));
    assertTrue(Tensor.iota(1000).toString().contains(" 500 "), "a thousand are printed in full");
    assertTrue(Tensor.zeros(100, 100, 100, 100).toString().length() < 20_000);
  }

  @Test
  void longLinesAreBroken() {
    assertPrints(
        """
        I32[2, 30]
        [[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
          24 25 26 27 28 29]
         [30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53
          54 55 56 57 58 59]]\
        """,
        Tensor.iota(60).reshape(2, 30));
    assertTrue(Tensor.iota(1000).toString().lines().allMatch(line -> line.length() <= 76));
  }

  @Test
  void printingComputesWhatIsNotKnown() {
    Tensor x = vector(1, 2).mul(3);
    assertPrints("F32[2] [3. 6.]", x);
    assertNotNull(TensorAccess.buffer(x));
  }

  @Test
  void whatAProgramComputesHasNoValues() {
    List<String> printed = new ArrayList<>();
    Param p = Param.of(vector(5));
    Program program =
        Program.compile((Tensor x) -> {
          Tensor y = x.mul(p.value());
          printed.add(x.toString());
          printed.add(y.toString());
          printed.add(vector(1, 2).add(1).toString());
          return Step.outputs(y);
        });
    assertPrints("F32[1] [10.]", program.run(vector(2)).output(0));
    assertEquals(
        List.of(
            "F32[1] data, known only when the program runs",
            "F32[1] mul, known only when the program runs",
            "F32[2] [2. 3.]"),
        printed);
  }

  @Test
  void aLongChainIsPrinted() {
    Tensor x = vector(0);
    for (int i = 0; i < 3_000; i++) {
      x = x.add(1);
    }
    assertPrints("F32[1] [3000.]", x);
  }
}
