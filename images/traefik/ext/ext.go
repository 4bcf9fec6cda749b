// Package ext has what a fork of traefik adds to its configuration: here, nothing. traefik's repository has it in a
// module of its own, without a version.
package ext

// HTTP is for members beside routers, services and middlewares.
type HTTP struct{}

// DeepCopyInto copies it.
func (in *HTTP) DeepCopyInto(out *HTTP) { *out = *in }

// Router is for further members of a router.
type Router struct{}

// DeepCopyInto copies it.
func (in *Router) DeepCopyInto(out *Router) { *out = *in }
