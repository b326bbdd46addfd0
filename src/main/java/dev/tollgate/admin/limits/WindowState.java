package dev.tollgate.admin.limits;

/** Which windows are asked for. */
enum WindowState {
    OPEN,
    CLOSED,
    ALL
}
