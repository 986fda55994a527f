// The sound of both sides as rings around the button: the person's outside, the agent's inside. Decoration only;
// the meters below carry the same figures for those who cannot see it.

import type { Phase } from "./conversation";

const points = 120;

export class Rings {
  readonly #canvas: HTMLCanvasElement;
  readonly #calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  #you = 0;
  #agent = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.draw(0, 0, "off", 0);
  }

  /** Levels are 0…1; `now` in milliseconds moves the wave. */
  draw(you: number, agent: number, phase: Phase, now: number): void {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    // Rise at once, fall slowly: the eye follows that better than the raw level.
    this.#you = Math.max(you, this.#you * 0.88);
    this.#agent = Math.max(agent, this.#agent * 0.88);
    const style = getComputedStyle(this.#canvas);
    const size = this.#canvas.width;
    const time = this.#calm.matches ? 0 : now / 1000;
    context.clearRect(0, 0, size, size);
    context.translate(size / 2, size / 2);
    const breath = phase === "off" ? 0 : phase === "thinking" || phase === "connecting" ? 0.12 + 0.08 * Math.sin(time * 5) : 0.04;
    ring(context, size * 0.33, this.#agent + breath, time * 1.3, 5, style.getPropertyValue("--agent"), 1);
    ring(context, size * 0.375, this.#you + breath * 0.6, -time, 7, style.getPropertyValue("--you"), 0.9);
    ring(context, size * 0.42, this.#you * 0.7 + breath * 0.3, time * 0.7, 4, style.getPropertyValue("--you"), 0.35);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
}

function ring(
  context: CanvasRenderingContext2D, radius: number, level: number, turn: number, lobes: number, colour: string, alpha: number,
): void {
  context.beginPath();
  for (let i = 0; i <= points; i++) {
    const angle = (i / points) * 2 * Math.PI;
    const wave = Math.sin(angle * lobes + turn * 2) * 0.6 + Math.sin(angle * (lobes - 2) - turn * 3) * 0.4;
    const r = radius * (1 + 0.16 * level * wave + 0.05 * level);
    context.lineTo(Math.cos(angle) * r, Math.sin(angle) * r);
  }
  context.closePath();
  context.globalAlpha = alpha * Math.min(1, 0.35 + level);
  context.strokeStyle = colour;
  context.lineWidth = 3 + 5 * level;
  context.stroke();
  context.globalAlpha = 1;
}
