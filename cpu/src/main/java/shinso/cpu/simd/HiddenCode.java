package shinso.cpu.simd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.function.Consumer;

/** Makes objects of generated classes, which the collector frees with them. */
public final class HiddenCode {
  private HiddenCode() {}

  /**
   * Returns an object of a new class.
   *
   * @param lookup the maker's
   * @param type an interface of the maker's package with the one method {@code run}
   * @param run the method's parameters and result
   * @param body writes its code
   * @param what the code computes, for the error
   * @throws IllegalStateException if the class can't be made
   */
  public static <T> T make(
      MethodHandles.Lookup lookup,
      Class<T> type,
      MethodTypeDesc run,
      Consumer<CodeBuilder> body,
      Object what) {
    ClassDesc name = ClassDesc.of(type.getPackageName(), type.getSimpleName() + "Made");
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                c -> {
                  c.withFlags(AccessFlag.FINAL, AccessFlag.SUPER);
                  c.withInterfaceSymbols(desc(type));
                  c.withMethodBody(
                      INIT_NAME,
                      MTD_void,
                      ClassFile.ACC_PUBLIC,
                      b -> b.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
                  c.withMethodBody("run", run, ClassFile.ACC_PUBLIC, body);
                });
    try {
      // The maker's rights: the class is no one else's.
      MethodHandles.Lookup made = lookup.defineHiddenClass(bytes, true);
      return type.cast(
          made.findConstructor(made.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the code of a tile can't be made: " + what, e);
    }
  }

  /** Returns the description of a class. */
  public static ClassDesc desc(Class<?> c) {
    return c.describeConstable().orElseThrow();
  }
}
