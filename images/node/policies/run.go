package policies

import (
	"context"
	"reflect"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"drydock.dev/node/iptables"
)

const (
	gather = 50 * time.Millisecond // changes that come together are applied together
	retry  = 2 * time.Second       // after the kernel has refused
)

// Run keeps this node's rules as the API's policies want them, until the context ends.
func Run(ctx context.Context, factory informers.SharedInformerFactory) {
	pods, namespaces := factory.Core().V1().Pods(), factory.Core().V1().Namespaces()
	policies := factory.Networking().V1().NetworkPolicies()
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	var synced []cache.InformerSynced
	for _, informer := range []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()} {
		handler, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: func(any) { notify() }, UpdateFunc: func(any, any) { notify() }, DeleteFunc: func(any) { notify() },
		})
		if err != nil {
			klog.ErrorS(err, "policies: watch")
			return
		}
		synced = append(synced, handler.HasSynced)
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return
	}
	look := func() (world World) {
		world.Pods, _ = pods.Lister().List(labels.Everything())
		world.Namespaces, _ = namespaces.Lister().List(labels.Everything())
		world.Policies, _ = policies.Lister().List(labels.Everything())
		return world
	}
	keep(ctx, changed, notify, look)
}

// keep applies the rules whenever they have changed.
func keep(ctx context.Context, changed <-chan struct{}, notify func(), look func() World) {
	applier := &Applier{Run: iptables.Execute}
	var applied Rules
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		time.Sleep(gather)
		wanted := Make(look())
		if reflect.DeepEqual(wanted, applied) {
			continue
		}
		if err := applier.Apply(wanted); err != nil {
			klog.ErrorS(err, "policies: not applied")
			applied = Rules{}
			time.AfterFunc(retry, notify)
			continue
		}
		applied = wanted
	}
}
