/**
 * Protobuf messages as bytes. The formats here need a dozen messages, whose fields are written and
 * read by their numbers with protobuf's own coders; classes generated for them would be many times
 * as long, and the compiler that generates them is a native program, which a build on other
 * platforms may not find.
 */
@NullMarked
package shinso.interchange.proto;

import org.jspecify.annotations.NullMarked;
