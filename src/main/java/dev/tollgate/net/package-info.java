/** Which addresses of a network Tollgate may be sent to by those who administer it. */
@NullMarked
package dev.tollgate.net;

import org.jspecify.annotations.NullMarked;
