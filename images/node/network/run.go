package network

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

const retry = 2 * time.Second // after the kernel has refused a route

// Run keeps a node's Pod network as the cluster's Nodes want it, until the context ends.
func Run(ctx context.Context, factory informers.SharedInformerFactory, own string) {
	nodes := factory.Core().V1().Nodes()
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	handler, err := nodes.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { notify() }, UpdateFunc: func(any, any) { notify() }, DeleteFunc: func(any) { notify() },
	})
	if err != nil {
		klog.ErrorS(err, "network: watch")
		return
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), handler.HasSynced) {
		return
	}
	var applied Plan
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		known, _ := nodes.Lister().List(labels.Everything()) // of a cache: there is nothing to fail
		plan := MakePlan(own, known)
		if plan.Equal(applied) {
			continue
		}
		if err := apply(plan); err != nil {
			klog.ErrorS(err, "network: not applied")
			time.AfterFunc(retry, notify)
			continue
		}
		klog.InfoS("network: applied", "own", plan.Own, "routes", plan.Routes)
		applied = plan
	}
}

func apply(plan Plan) error {
	var written error
	if plan.Own != "" {
		written = WriteConfig(ConfigPath, plan.Own)
	}
	return errors.Join(written, SetRoutes(plan.Routes))
}
